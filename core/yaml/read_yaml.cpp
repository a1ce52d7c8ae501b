#include "core/yaml/reader.hpp"
#include "core/yaml/scalar.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <istream>
#include <sstream>

namespace mesh::yaml {
namespace {

// Builds the tree from parser events.
class Builder : public YAML::EventHandler {
 public:
  Builder(Tree& tree, size_t size) : tree_(tree), size_(static_cast<uint32_t>(size)) {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { scalar(mark, "", anchor, Kind::null); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Tree::Data data = anchor < anchors_.size() ? tree_.at(anchors_[anchor]) : Tree::Data{};
    data.span = at(mark, 1);
    place(tree_.add(data));
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    scalar(mark, value, anchor, tag == "?" ? core_kind(value) : Kind::string);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open_.push_back({Kind::sequence, at(mark, 1), anchor, {}});
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open_.push_back({Kind::mapping, at(mark, 1), anchor, {}});
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    Kind kind;
    Span span;
    YAML::anchor_t anchor;
    std::vector<uint32_t> children;
  };

  Span at(const YAML::Mark& mark, size_t length) const {
    const auto begin = std::min(static_cast<uint32_t>(std::max(0, mark.pos)), size_);
    return {begin, std::min(begin + static_cast<uint32_t>(length), size_)};
  }
  void scalar(const YAML::Mark& mark, const std::string& value, YAML::anchor_t anchor, Kind kind) {
    Tree::Data data;
    data.kind = kind;
    data.span = at(mark, value.size());
    data.text = tree_.keep(value);
    data.boolean = kind == Kind::boolean && (value[0] == 't' || value[0] == 'T');
    const uint32_t id = tree_.add(data);
    remember(anchor, id);
    place(id);
  }
  void close() {
    Open done = std::move(open_.back());
    open_.pop_back();
    const uint32_t id = tree_.add_collection(done.kind, done.span, done.children);
    remember(done.anchor, id);
    place(id);
  }
  void remember(YAML::anchor_t anchor, uint32_t id) {
    if (anchor == 0) return;
    if (anchors_.size() <= anchor) anchors_.resize(anchor + 1);
    anchors_[anchor] = id;
  }
  void place(uint32_t id) {
    if (open_.empty()) tree_.set_root(id);
    else open_.back().children.push_back(id);
  }

  Tree& tree_;
  uint32_t size_;
  std::vector<Open> open_;
  std::vector<uint32_t> anchors_;
};

}  // namespace

std::vector<Document> read_yaml(const Source& source, Findings& findings, const Limits&) {
  std::vector<Document> documents;
  std::istringstream stream{std::string(source.bytes())};
  try {
    YAML::Parser parser(stream);
    for (;;) {
      auto tree = std::make_unique<Tree>();
      Builder builder(*tree, source.bytes().size());
      if (!parser.HandleNextDocument(builder)) break;
      documents.push_back({std::move(tree)});
    }
  } catch (const YAML::Exception& error) {
    const uint32_t at = source.offset({static_cast<uint32_t>(error.mark.line + 1), 1});
    findings.add("yaml/syntax", Level::error, Span{at, at}, error.msg);
    documents.clear();
  }
  return documents;
}

std::vector<Document> read(const Source& source, Findings& findings, const Limits& limits) {
  return source.path().ends_with(".json") ? read_json(source, findings, limits)
                                          : read_yaml(source, findings, limits);
}

}  // namespace mesh::yaml
