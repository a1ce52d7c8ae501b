#pragma once

#include "core/yaml/run.hpp"
#include "core/yaml/tree.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mesh::yaml {

// Ends the parse from inside an event.
struct Stop {
  Finding finding;
};

// Builds the tree of one document from the events of yaml-cpp. These say where a node begins: at its tag or
// anchor if it has one; an empty node at the next token. All else is read from the source.
class Builder {
 public:
  using AnchorId = size_t;  // 0 is none

  Builder(Tree& tree, Run& run) : tree_(tree), run_(run), text_(run.text) {}

  void begin_document(size_t at);
  void null(size_t at, AnchorId anchor);
  void alias(size_t at, AnchorId id);
  void scalar(size_t at, std::string_view tag, AnchorId anchor, const std::string& value);
  void open(Kind kind, size_t at, std::string_view tag, AnchorId anchor, bool flow);
  void close();
  void anchor_name(const std::string& name) { names_.push_back(name); }

  // Nothing stands in the document.
  bool blank() const { return blank_; }
  // The end of what was read.
  size_t cursor() const { return cursor_; }
  const std::vector<std::string>& anchor_names() const { return names_; }

 private:
  struct Open {
    Kind kind;
    bool bracket;  // closed by `]` or `}`, not by its last child
    bool block;    // stands outside of brackets
    size_t begin;
    AnchorId anchor;
    bool explicit_key = false;  // its last key was begun with `?`
    uint64_t size = 1;          // nodes in it and itself, aliases expanded
    uint32_t height = 1;        // levels of collections, itself included
    std::vector<uint32_t> children = {};
    std::vector<uint32_t> merges = {};  // the `<<` keys among them
  };
  struct Anchor {
    uint32_t node = 0;
    uint64_t size = 0;
    uint32_t height = 0;
    bool closed = false;
  };

  Span span_of(size_t begin, size_t end) const;
  [[noreturn]] void stop(std::string_view rule, Span at, std::string message) const;
  [[noreturn]] void stop(Finding finding) const;
  Finding& error(std::string_view rule, Span at, std::string message);

  bool in_mapping() const { return !open_.empty() && open_.back().kind == Kind::mapping; }
  bool wants_value() const { return in_mapping() && open_.back().children.size() % 2 == 1; }
  bool wants_key() const { return in_mapping() && !wants_value(); }

  size_t skip_properties(size_t at, size_t most);
  bool is_key_here(size_t word_end) const;
  std::optional<size_t> null_end(size_t at) const;
  bool is_empty_scalar(size_t at) const;
  size_t empty_place() const;
  void check_empty(size_t at, size_t place);
  void begin_child(size_t at);

  Kind kind_of(std::string_view tag, std::string_view value, Span at);
  void refuse_tag(std::string_view tag, Span at);
  std::string_view text_of(Span span, const std::string& value, bool plain);
  void add_scalar(Kind kind, Span span, std::string_view text, AnchorId anchor);
  void count(uint64_t nodes, Span at);
  void place(uint32_t id, uint64_t size, uint32_t height);
  void remember(AnchorId anchor, Anchor what);

  Tree& tree_;
  Run& run_;
  std::string_view text_;
  size_t cursor_ = 0;
  size_t properties_end_ = 0;
  bool blank_ = true;
  std::vector<Open> open_;
  std::vector<Anchor> anchors_;
  std::vector<std::string> names_;
};

}  // namespace mesh::yaml
