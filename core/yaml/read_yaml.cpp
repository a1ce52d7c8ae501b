#include "core/yaml/reader.hpp"

#include "core/yaml/builder.hpp"
#include "core/yaml/bytes.hpp"
#include "core/yaml/explain.hpp"
#include "core/yaml/lexis.hpp"
#include "core/yaml/paths.hpp"
#include "core/yaml/scan.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <istream>
#include <streambuf>
#include <utility>

namespace mesh::yaml {
namespace {

// Where the documents of a file begin. The parser can be brought to find the same one for ever, growing all
// the while, so each must begin behind the one before.
struct Starts {
  std::optional<size_t> last;
  std::optional<size_t> second;
};

// Hands the events to the builder, with marks as offsets.
class Events : public YAML::EventHandler {
 public:
  Events(Builder& builder, std::string_view text, Starts& starts, const Limits& limits)
      : builder_(builder),
        text_(text),
        starts_(starts),
        limits_(limits),
        shift_(text.starts_with("\xEF\xBB\xBF") ? 3 : 0) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    const size_t at = offset(mark);
    if (starts_.last) {
      if (at <= *starts_.last || !starts_document(text_, at))
        throw Stop{explain(text_, kEndOfSequence, at, limits_, {})};
      if (!starts_.second) starts_.second = at;
    }
    starts_.last = at;
    builder_.begin_document(at);
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { builder_.null(offset(mark), anchor); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    builder_.alias(offset(mark), anchor);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    builder_.scalar(offset(mark), tag, anchor, value);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override {
    builder_.open(Kind::sequence, offset(mark), tag, anchor, style == YAML::EmitterStyle::Flow);
  }
  void OnSequenceEnd() override { builder_.close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override {
    builder_.open(Kind::mapping, offset(mark), tag, anchor, style == YAML::EmitterStyle::Flow);
  }
  void OnMapEnd() override { builder_.close(); }
  void OnAnchor(const YAML::Mark&, const std::string& name) override { builder_.anchor_name(name); }

  size_t offset(const YAML::Mark& mark) const {
    return mark.is_null() ? builder_.cursor()
                          : std::min(static_cast<size_t>(std::max(0, mark.pos)) + shift_, text_.size());
  }

 private:
  Builder& builder_;
  std::string_view text_;
  Starts& starts_;
  const Limits& limits_;
  size_t shift_;
};

// A stream over bytes that stay where they are.
class View : public std::streambuf {
 public:
  explicit View(std::string_view text) {
    char* const begin = const_cast<char*>(text.data());
    setg(begin, begin, begin + text.size());
  }
};

// Parses all documents; what stops the parse comes back.
std::optional<Finding> parse(Run& run, size_t nodes, Starts& starts, std::vector<Document>& documents) {
  View view(run.text);
  std::istream stream(&view);
  YAML::Parser parser(stream);
  for (;;) {
    auto tree = std::make_unique<Tree>(run.source);
    tree->reserve(std::exchange(nodes, 0));
    Builder builder(*tree, run);
    Events events(builder, run.text, starts, run.limits);
    try {
      if (!parser.HandleNextDocument(events)) return std::nullopt;
    } catch (Stop& stop) {
      return std::move(stop.finding);
    } catch (const YAML::Exception& refusal) {
      return explain(run.text, refusal.msg, events.offset(refusal.mark), run.limits, builder.anchor_names());
    }
    if (!builder.blank()) documents.push_back({std::move(tree)});
  }
}

std::optional<Finding> parse_safely(Run& run, size_t nodes, Starts& starts,
                                    std::vector<Document>& documents) {
  Finding broken{"yaml/syntax", Level::error, "this file cannot be read as YAML", {}, {}, {}, {}};
  try {
    return parse(run, nodes, starts, documents);
  } catch (const std::bad_alloc&) {
    broken.rule = "yaml/limit";
    broken.message = "reading this file takes more memory than there is";
  } catch (const std::exception&) {
    // The parser is wrong in a way it does not know of.
  }
  return broken;
}

// Of what the scan saw and what the parser refused, the earlier: the later one may be its echo.
std::optional<Finding> earlier(std::optional<Finding> seen, std::optional<Finding> refused) {
  if (!seen) return refused;
  if (!refused || seen->at.span.begin <= refused->at.span.begin) return seen;
  return refused;
}

void add(Findings& findings, Finding finding) {
  Findings one;
  one.all().push_back(std::move(finding));
  add_all(findings, one);
}

}  // namespace

std::vector<Document> read_with_parser(const Source& source, Findings& findings, const Limits& limits) {
  const std::string_view text = source.bytes();
  Scan seen = scan(text, limits);
  if (seen.refusal) {
    add(findings, std::move(*seen.refusal));
    return {};
  }

  std::string parsed;
  if (!seen.questions.empty()) {
    parsed = text;
    for (const uint32_t at : seen.questions) parsed[at] = kQuestion;
  }
  Run run{text, parsed.empty() ? text : parsed, limits, Findings(findings.file()), Findings(findings.file())};
  Starts starts;
  std::vector<Document> documents;
  if (auto fault = earlier(std::move(seen.fault), parse_safely(run, seen.nodes, starts, documents))) {
    run.failed = true;
    add(run.findings, std::move(*fault));
  }
  add_all(findings, run.findings);
  if (run.failed) return {};
  if (documents.empty()) {
    findings.add("yaml/empty", Level::error, Span{}, "the file holds no document").help =
        "write one, or remove the file";
    return {};
  }
  if (starts.second) {
    const auto at = static_cast<uint32_t>(*starts.second);
    findings.add("yaml/multiple-documents", Level::warning, Span{at, at + 3}, "another document begins here")
        .help = "many tools read the first document of a file and no other: give each its own file";
  }
  tell_notes(run, findings);
  return documents;
}

std::vector<Document> read_yaml(const Source& source, Findings& findings, const Limits& limits) {
  if (auto fault = check_bytes(source.bytes(), limits.bytes, false)) {
    add(findings, std::move(*fault));
    return {};
  }
  if (auto documents = read_fast(source, findings, limits)) return std::move(*documents);
  return read_with_parser(source, findings, limits);
}

Limits limits_for(uint64_t bytes) {
  Limits limits;
  const uint64_t times = std::min(bytes, kMostBytes) * 100 / limits.bytes;  // hundredths
  limits.bytes = bytes;
  if (times <= 100) return limits;
  limits.nodes = static_cast<uint32_t>(limits.nodes * times / 100);
  limits.flow_marks = static_cast<uint32_t>(limits.flow_marks * times / 100);
  return limits;
}

std::vector<Document> read(const Source& source, Findings& findings, const Limits& limits) {
  return source.path().ends_with(".json") ? read_json(source, findings, limits)
                                          : read_yaml(source, findings, limits);
}

}  // namespace mesh::yaml
