#include "core/yaml/cursor.hpp"
#include "core/yaml/entries.hpp"
#include "core/yaml/fast_scalar.hpp"
#include "core/yaml/paths.hpp"
#include "core/yaml/run.hpp"
#include "core/yaml/scalar.hpp"

#include <algorithm>
#include <map>
#include <new>
#include <utility>

namespace mesh::yaml {
namespace {

constexpr size_t kMostKey = 1000;  // yaml-cpp takes 1024 bytes for a key
constexpr uint32_t kNoAnchor = 0;

// Reads one document in one pass, keeping the open collections on a stack. Every step gives false for what
// is left to the parser, and nothing it did counts then.
class FastReader {
 public:
  FastReader(Tree& tree, Run& run) : tree_(tree), run_(run), cursor_{run.source.data(), run.source.size()} {
    open_.reserve(32);
    children_.reserve(128);
  }

  bool read() {
    if (run_.source.starts_with("\xEF\xBB\xBF")) cursor_.at = cursor_.line = 3;
    if (!cursor_.skip_lines()) return false;
    if (cursor_.here() == '-' && cursor_.at_document_mark() && !pass_mark()) return false;
    while (cursor_.here() != '\0') {
      if (cursor_.at_document_mark()) {
        if (cursor_.here() != '.' || !pass_mark() || cursor_.here() != '\0') return false;
        break;
      }
      if (!read_token()) return false;
    }
    while (!open_.empty())
      if (!close_block()) return false;
    return has_root_;
  }

 private:
  struct Open {
    Kind kind = Kind::null;
    bool pending = false;  // an indicator waits for its value
    bool merges = false;   // has a `<<`
    uint32_t column = 0;   // of a block collection
    uint32_t begin = 0;
    uint32_t place = 0;  // behind the last indicator, where an empty value stands
    uint32_t anchor = kNoAnchor;
    uint32_t height = 1;
    uint64_t size = 1;
    size_t first_child = 0;
  };
  struct Anchor {
    uint32_t node = 0, height = 0;
    uint64_t size = 0;
    bool closed = false;
  };

  bool pass_mark() {
    cursor_.at += 3;
    return cursor_.end_of_line();
  }
  static Span span_of(size_t begin, size_t end) {
    return {static_cast<uint32_t>(begin), static_cast<uint32_t>(end)};
  }
  bool at_dash() const { return cursor_.here() == '-' && cursor_.is_spaced(cursor_.at + 1); }

  // ---- the tree

  bool place(uint32_t id, uint64_t size, uint32_t height) {
    if (open_.empty()) {
      tree_.set_root(id);
      return !std::exchange(has_root_, true);
    }
    Open& parent = open_.back();
    children_.push_back(id);
    parent.pending = false;
    parent.size += size;
    parent.height = std::max(parent.height, height + 1);
    return true;
  }

  bool place_scalar(uint32_t id, uint32_t end) {
    if (++run_.nodes > run_.limits.nodes) return false;
    end_ = end;
    if (const uint32_t anchor = std::exchange(anchor_, kNoAnchor)) anchors_[anchor] = {id, 0, 1, true};
    if (open_.empty()) return place(id, 1, 0);
    children_.push_back(id);
    Open& parent = open_.back();
    parent.pending = false;
    ++parent.size;
    return true;
  }
  bool add_scalar(Kind kind, Span span, std::string_view text) {
    return place_scalar(tree_.add_scalar(kind, span, text), span.end);
  }
  bool add_copied(Kind kind, Span span, std::string_view text) {
    return add_scalar(kind, span, tree_.keep(text));
  }

  // Of the words that are no strings to some parser: null true false yes no on off.
  static bool may_be_word(std::string_view text) {
    const auto starts = [&](const char* two) {
      return (text[0] | ' ') == two[0] && (text[1] | ' ') == two[1];
    };
    return text.size() > 1 && text.size() <= 5 &&
           (starts("nu") || starts("tr") || starts("fa") || starts("ye") || starts("no") || starts("on") ||
            starts("of"));
  }
  Kind kind_of_plain(std::string_view text, Span span) {
    const uint8_t marks = kMarks.of[static_cast<unsigned char>(text.front())];
    if ((marks & (Marks::word | Marks::number)) == 0) return Kind::string;
    if ((marks & Marks::word) != 0 && !may_be_word(text)) return Kind::string;
    const Kind kind = core_kind(text);
    // Booleans are read alike by all, and whole numbers written as most are.
    const bool is_portable = kind == Kind::boolean || (kind == Kind::integer && text.front() >= '1');
    if (!is_portable) note_unportable(run_, text, span);
    return kind;
  }
  bool add_plain(size_t begin, size_t end) {
    const Span span = span_of(begin, end);
    return place_scalar(tree_.add_plain(kind_of_plain({cursor_.text + begin, end - begin}, span), span),
                        span.end);
  }
  bool add_plain(Span span, std::string_view text, bool copied) {
    const Kind kind = kind_of_plain(text, span);
    return copied ? add_copied(kind, span, text) : add_scalar(kind, span, text);
  }
  // What was added last is a key.
  bool as_key(bool added) {
    if (added) tree_.hash_key(children_.back());
    return added;
  }
  bool add_null() {
    const uint32_t at = open_.back().place;
    return anchor_ == kNoAnchor && add_scalar(Kind::null, {at, at}, {});
  }

  bool open(Kind kind, size_t column, size_t begin) {
    if (open_.size() >= run_.limits.depth) return false;
    Open& made = open_.emplace_back();
    made.kind = kind;
    made.column = static_cast<uint32_t>(column);
    made.begin = static_cast<uint32_t>(begin);
    made.anchor = std::exchange(anchor_, kNoAnchor);
    made.first_child = children_.size();
    return true;
  }

  bool close(size_t end) {
    const Open done = open_.back();
    open_.pop_back();
    const uint32_t* children = children_.data() + done.first_child;
    size_t count = children_.size() - done.first_child;
    std::vector<uint32_t> merged;
    if (done.kind == Kind::mapping) {
      if (!has_distinct_keys(tree_, children, count)) return false;
      if (done.merges) {
        merged.assign(children, children + count);
        if (!merge(merged)) return false;
        children = merged.data();
        count = merged.size();
      }
    }
    const uint32_t id = tree_.add_collection(done.kind, span_of(done.begin, end), children, count);
    children_.resize(done.first_child);
    if (++run_.nodes > run_.limits.nodes) return false;
    end_ = static_cast<uint32_t>(end);
    if (done.anchor) anchors_[done.anchor] = {id, done.height, done.size, true};
    return place(id, done.size, done.height);
  }
  bool close_block() { return (!open_.back().pending || add_null()) && close(end_); }

  bool merge(std::vector<uint32_t>& entries) {
    std::vector<uint32_t> merges;
    for (size_t i = 0; i < entries.size(); i += 2)
      if (is_merge(entries[i])) merges.push_back(entries[i]);
    Findings faults;
    merge_entries(tree_, entries, merges, faults);
    return faults.empty();
  }
  bool is_merge(uint32_t key) const {
    const Span at = tree_.at(key).span;
    return at.end - at.begin == 2 && tree_.text(key) == "<<";
  }

  // ---- anchors and aliases

  // The name behind `&` or `*`.
  std::string_view read_name() {
    const size_t begin = ++cursor_.at;
    while (has(cursor_.here(), Marks::name)) ++cursor_.at;
    return cursor_.since(begin);
  }

  bool read_anchor() {
    const std::string_view name = read_name();
    if (name.empty() || !cursor_.is_spaced(cursor_.at) || anchor_ != kNoAnchor) return false;
    if (anchors_.empty()) anchors_.emplace_back();
    anchor_ = static_cast<uint32_t>(anchors_.size());
    anchors_.emplace_back();
    names_[name] = anchor_;
    return true;
  }

  bool read_alias() {
    const size_t begin = cursor_.at;
    const std::string_view name = read_name();
    const bool ends = cursor_.is_spaced(cursor_.at) || is_flow_mark(cursor_.here());
    if (!ends || anchor_ != kNoAnchor || ++run_.aliases > run_.limits.aliases) return false;
    const auto found = names_.find(name);
    if (found == names_.end()) return false;
    const Anchor& anchor = anchors_[found->second];
    if (!anchor.closed || open_.size() + anchor.height > run_.limits.depth) return false;
    run_.nodes += anchor.size;
    if (run_.nodes > run_.limits.nodes) return false;
    Tree::Data data = tree_.at(anchor.node);
    data.span = span_of(begin, cursor_.at);
    end_ = data.span.end;
    return place(tree_.add(data), anchor.size, anchor.height);
  }

  // ---- lines

  // Closes what ends before a token in this column that begins a line.
  bool settle(size_t column, bool dash) {
    while (!open_.empty()) {
      Open& top = open_.back();
      if (top.column < column) return top.pending;
      if (top.column == column) {
        if (top.kind == Kind::mapping) {
          if (dash) return top.pending;
          return !top.pending || add_null();
        }
        if (dash) return !top.pending || add_null();
      }
      if (!close_block()) return false;
    }
    return !has_root_;
  }

  bool read_token() {
    size_t column = cursor_.column();
    if (!settle(column, at_dash())) return false;
    bool inline_node = false;
    while (at_dash()) {
      const bool next =
          !open_.empty() && open_.back().kind == Kind::sequence && open_.back().column == column;
      if (!next && !open(Kind::sequence, column, cursor_.at)) return false;
      ++cursor_.at;
      open_.back().pending = true;
      open_.back().place = static_cast<uint32_t>(cursor_.at);
      while (cursor_.here() == ' ') ++cursor_.at;
      if (is_space_or_end(cursor_.here()) || cursor_.here() == '#') return cursor_.end_of_line();
      column = cursor_.column();
      inline_node = true;
    }
    return read_node(column, inline_node);
  }

  // What a token begins that is no dash: an entry of a mapping, or a value.
  bool read_node(size_t column, bool inline_node) {
    const bool entry = !open_.empty() && !open_.back().pending;
    const char c = cursor_.here();
    if (c == '"' || c == '\'') {
      const size_t begin = cursor_.at, line = cursor_.line;
      std::string_view value;
      if (!read_quoted(cursor_, buffer_, value)) return false;
      const Span span = span_of(begin, cursor_.at);
      size_t colon = cursor_.at;
      while (cursor_.text[colon] == ' ') ++colon;
      if (cursor_.text[colon] != ':')
        return !entry && !open_.empty() && add_quoted(span, value) && cursor_.end_of_line();
      if (line != cursor_.line || colon - begin > kMostKey) return false;
      cursor_.at = colon;
      return open_entry(entry, column, begin) && as_key(add_quoted(span, value)) && read_entry_value();
    }
    if (!has(c, Marks::no_start)) return read_plain(entry, column);
    if (entry || (open_.empty() && c != '[' && c != '{')) return false;
    // Behind a dash an anchor may be a key's.
    if (c == '&' && !inline_node) return false;
    return read_value(true);
  }

  bool open_entry(bool entry, size_t column, size_t begin) {
    return entry || open(Kind::mapping, column, begin);
  }

  // From the colon of a key.
  bool read_entry_value() {
    ++cursor_.at;
    if (!cursor_.is_spaced(cursor_.at)) return false;
    open_.back().pending = true;
    open_.back().place = static_cast<uint32_t>(cursor_.at);
    cursor_.skip_blanks();
    const char c = cursor_.here();
    if (!has(c, Marks::no_start)) return read_plain_value(false);
    return is_space_or_end(c) || c == '#' ? cursor_.end_of_line() : read_value(false);
  }

  // A value that stands behind its indicator, or begins a line; `tight` where it might be a key as well.
  bool read_value(bool tight) {
    std::string_view value;
    size_t end = 0;
    bool anchored = false;
    if (cursor_.here() == '&') {
      if (!read_anchor()) return false;
      anchored = true;
      cursor_.skip_blanks();
      if (is_space_or_end(cursor_.here()) || cursor_.here() == '#') return cursor_.end_of_line();
    }
    const size_t begin = cursor_.at, line = cursor_.line;
    switch (cursor_.here()) {
      case '"':
      case '\'':
        if (!read_quoted(cursor_, buffer_, value)) return false;
        if (anchored && tight && cursor_.line != line) return false;
        return add_quoted(span_of(begin, cursor_.at), value) && cursor_.end_of_line();
      case '[':
      case '{':
        return read_flow() && cursor_.end_of_line();
      case '*':
        return read_alias() && cursor_.end_of_line();
      case '|':
      case '>':
        if (anchored && tight) return false;
        return read_block(cursor_, open_.back().column, buffer_, end) &&
               add_copied(Kind::string, span_of(begin, end), buffer_);
      default:
        return !has(cursor_.here(), Marks::no_start) && read_plain_value(anchored && tight);
    }
  }

  bool add_quoted(Span span, std::string_view value) {
    return value.data() == buffer_.data() ? add_copied(Kind::string, span, value)
                                          : add_scalar(Kind::string, span, value);
  }

  // Over a plain scalar as far as it reaches in its line; where its last word ends.
  size_t pass_plain() {
    size_t end = cursor_.at = cursor_.plain_end(cursor_.at + 1);
    while (is_blank(cursor_.text[end - 1])) --end;
    return end;
  }

  // A plain scalar, or the key that it turns out to be.
  bool read_plain(bool entry, size_t column) {
    const size_t begin = cursor_.at;
    if (at_dash()) return false;
    const size_t end = pass_plain();
    if (cursor_.here() != ':') return !entry && !open_.empty() && finish_plain(begin, end, false);
    if (cursor_.at - begin > kMostKey || !open_entry(entry, column, begin)) return false;
    if (end - begin == 2 && cursor_.text[begin] == '<' && cursor_.text[begin + 1] == '<')
      open_.back().merges = true;
    return as_key(add_plain(begin, end)) && read_entry_value();
  }

  bool read_plain_value(bool one_line) {
    const size_t begin = cursor_.at;
    if (at_dash()) return false;
    const size_t end = pass_plain();
    return cursor_.here() != ':' && !open_.empty() && finish_plain(begin, end, one_line);
  }

  bool finish_plain(size_t begin, size_t end, bool one_line) {
    if (!cursor_.end_of_line()) return false;
    // A line that stands deeper goes on with the text.
    if (cursor_.comment || cursor_.here() == '\0' || cursor_.column() <= open_.back().column)
      return add_plain(begin, end);
    if (one_line) return false;
    cursor_.at = begin;
    return read_plain_lines(cursor_, open_.back().column, buffer_, end) &&
           add_plain(span_of(begin, end), buffer_, true);
  }

  // ---- brackets

  bool mark() { return ++flow_marks_ <= run_.limits.flow_marks; }

  bool open_flow() {
    const Kind kind = cursor_.here() == '[' ? Kind::sequence : Kind::mapping;
    return mark() && open(kind, 0, cursor_.at++);
  }

  bool read_flow() {
    const size_t outside = open_.size();
    bool entry = open_flow();
    if (!entry) return false;
    while (open_.size() > outside) {
      if (!cursor_.skip_gap()) return false;
      const bool mapping = open_.back().kind == Kind::mapping;
      char c = cursor_.here();
      if (c == (mapping ? '}' : ']')) {
        ++cursor_.at;
        if (!mark() || !close(cursor_.at)) return false;
        entry = false;
        continue;
      }
      if (c == ',') {
        if (entry || !mark()) return false;
        ++cursor_.at;
        entry = true;
        continue;
      }
      if (!entry || (mapping && (!read_flow_key() || !cursor_.skip_gap()))) return false;
      if (cursor_.here() == '&') {
        if (!read_anchor()) return false;
        cursor_.skip_blanks();
      }
      c = cursor_.here();
      if (c == '[' || c == '{') {
        if (!open_flow()) return false;
        continue;
      }
      if (!read_flow_scalar(c)) return false;
      entry = false;
    }
    return true;
  }

  bool read_flow_scalar(char c) {
    const size_t begin = cursor_.at;
    std::string_view value;
    size_t end = 0;
    if (c == '*') return read_alias();
    if (c == '"' || c == '\'') {
      return read_quoted(cursor_, buffer_, value) && add_quoted(span_of(begin, cursor_.at), value);
    }
    const char next = c == '\0' ? c : cursor_.text[begin + 1];
    if (has(c, Marks::no_start) || (c == '-' && (is_space_or_end(next) || is_flow_mark(next)))) return false;
    return read_flow_plain(cursor_, buffer_, value, end) &&
           add_plain(span_of(begin, end), value, value.data() == buffer_.data());
  }

  // A key and its colon, on one line.
  bool read_flow_key() {
    const size_t begin = cursor_.at, line = cursor_.line;
    const char c = cursor_.here();
    if (c == '"' || c == '\'') {
      std::string_view value;
      if (!read_quoted(cursor_, buffer_, value) || !as_key(add_quoted(span_of(begin, cursor_.at), value)))
        return false;
      const bool tight = cursor_.here() == ':';
      cursor_.skip_blanks();
      if (cursor_.here() != ':' || (!tight && !cursor_.is_spaced(cursor_.at + 1))) return false;
    } else {
      if (has(c, Marks::no_start) || at_dash()) return false;
      for (;; ++cursor_.at) {
        while (!has(cursor_.here(), Marks::flow_stop)) ++cursor_.at;
        const char stop = cursor_.here();
        if (stop == ':' && cursor_.is_spaced(cursor_.at + 1)) break;
        const bool text = stop == ':' ? !is_flow_mark(cursor_.text[cursor_.at + 1])
                                      : stop == '#' && !is_blank(cursor_.text[cursor_.at - 1]);
        if (!text) return false;
      }
      size_t end = cursor_.at;
      while (is_blank(cursor_.text[end - 1])) --end;
      const std::string_view text(cursor_.text + begin, end - begin);
      // Merges in brackets are rare.
      if (text == "<<" || !as_key(add_plain(begin, end))) return false;
    }
    if (cursor_.line != line || cursor_.at - begin > kMostKey) return false;
    ++cursor_.at;
    return true;
  }

  Tree& tree_;
  Run& run_;
  Cursor cursor_;
  std::vector<Open> open_;
  std::vector<uint32_t> children_;  // of all open collections, innermost last
  std::vector<Anchor> anchors_;     // by number, from 1
  std::map<std::string_view, uint32_t> names_;
  std::string buffer_;
  uint32_t anchor_ = kNoAnchor;  // waits for its node
  uint32_t end_ = 0;             // of the last node
  size_t flow_marks_ = 0;
  bool has_root_ = false;
};

// Surely or most likely past the limit on nodes: what the scan tells in less memory than a tree takes.
bool has_too_many_lines(const Source& source, const Limits& limits) {
  return source.bytes().size() >= limits.nodes && source.line_count() > limits.nodes;
}

// Manifests have a node in every 12 to 20 bytes; for a large file some room is cheaper than to grow.
size_t expected_nodes(size_t bytes, const Limits& limits) {
  return std::min<size_t>(bytes / 10 + 16, limits.nodes);
}

}  // namespace

std::optional<std::vector<Document>> read_fast(const Source& source, Findings& findings,
                                               const Limits& limits) {
  const std::string_view text = source.bytes();
  if (has_too_many_lines(source, limits)) return std::nullopt;
  try {
    Run run{text, text, limits, Findings(findings.file()), Findings(findings.file())};
    auto tree = std::make_unique<Tree>(text);
    tree->reserve(expected_nodes(text.size(), limits));
    if (!FastReader(*tree, run).read()) return std::nullopt;
    tell_notes(run, findings);
    std::vector<Document> documents;
    documents.push_back({std::move(tree)});
    return documents;
  } catch (const std::bad_alloc&) {
    return std::nullopt;
  }
}

}  // namespace mesh::yaml
