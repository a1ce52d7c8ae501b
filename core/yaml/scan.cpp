#include "core/yaml/scan.hpp"

#include "core/yaml/lexis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mesh::yaml {
namespace {

// Follows yaml-cpp's scanner token by token, also where it differs from the YAML specification: were the two
// to disagree on what is a bracket, a hostile file would get past the limits.
class Scanner {
 public:
  Scanner(std::string_view text, const Limits& limits, size_t stop)
      : text_(text), limits_(limits), stop_(std::min(stop, text.size())) {}

  Scan run() {
    if (text_.starts_with("\xEF\xBB\xBF")) line_ = at_ = 3;
    while (!done_) {
      to_next_token();
      if (at_ >= stop_) break;
      step();
    }
    if (directive_ && at_ >= text_.size())
      fault("yaml/syntax", *directive_, line_end_of(text_, *directive_),
            "no document follows this directive");
    for (const Flow& flow : flows_) scan_.open_flows.push_back(static_cast<uint32_t>(flow.begin));
    scan_.nodes = nodes_;
    return std::move(scan_);
  }

 private:
  using Kind = Scan::Kind;
  struct Indent {
    size_t column;
    bool sequence;
  };
  struct Flow {
    size_t begin;
    bool mapping;
    uint32_t nodes = 0;  // direct children in the current entry
    bool colon = false;
  };
  // Where a key would begin if a colon follows on the same line.
  struct Key {
    size_t begin, line;
    bool after_empty = false;
  };

  char here(size_t ahead = 0) const { return char_at(text_, at_ + ahead); }
  bool in_block() const { return flows_.empty(); }
  size_t column() const { return at_ - line_; }

  Finding finding(std::string_view rule, size_t begin, size_t end, std::string message) const {
    Finding made{rule, Level::error, std::move(message), {}, {}, {}, {}};
    made.at.span = {static_cast<uint32_t>(begin), static_cast<uint32_t>(std::min(end, text_.size()))};
    return made;
  }
  void fault(std::string_view rule, size_t begin, size_t end, std::string message, std::string help = {}) {
    if (scan_.fault) return;
    scan_.fault = finding(rule, begin, end, std::move(message));
    scan_.fault->help = std::move(help);
  }
  void refuse(std::string message) {
    if (!scan_.refusal) scan_.refusal = finding("yaml/limit", at_, at_ + 1, std::move(message));
    done_ = true;
  }
  void count(uint32_t nodes = 1) {
    nodes_ += nodes;
    if (nodes_ > limits_.nodes) refuse(fmt::format("more than {} values in one file", limits_.nodes));
  }
  void token(Kind kind, size_t begin, size_t end) {
    json_ = false;
    scan_.previous = std::exchange(scan_.last, kind);
    scan_.previous_span = scan_.last_span;
    scan_.last_span = {static_cast<uint32_t>(begin), static_cast<uint32_t>(end)};
  }
  void flow_mark() {
    if (++flow_marks_ > limits_.flow_marks)
      refuse(fmt::format("more than {} brackets and commas in one file", limits_.flow_marks));
    mark(1);
  }
  void mark(size_t length) {
    token(Kind::mark, at_, at_ + length);
    at_ += length;
  }

  void to_next_token() {
    bool fresh = scan_.last == Kind::none;
    for (; at_ < text_.size(); ++at_) {
      if (text_[at_] == '#') at_ = line_end_of(text_, at_);
      if (here() == '\n') {
        line_ = at_ + 1;
        fresh = true;
      } else if (here() == '\t' && in_block()) {
        key_allowed_ = false;  // behind a tab the parser looks for no key
      } else if (!is_blank(here()) && here() != '\r') {
        break;
      }
    }
    if (!fresh || !in_block()) return;
    key_.reset();
    key_allowed_ = true;
    // Not only where indentation needs spaces: no other parser takes a tab before a token here.
    check_tab(line_, at_, text_.npos);
  }

  // A tab where `indent` spaces are needed.
  bool check_tab(size_t line, size_t end, size_t indent) {
    const size_t tab = text_.substr(line, std::min(end - line, indent)).find('\t');
    if (tab == text_.npos || end >= text_.size()) return false;
    fault("yaml/syntax", line + tab, line + tab + 1, "a tab may not indent", "indent with spaces");
    return true;
  }

  // The column of the innermost block collection; npos (-1) outside of any.
  size_t top() const { return indents_.empty() ? text_.npos : indents_.back().column; }
  // The same as yaml-cpp has it after an anchor or tag: it opens a mapping there before it knows of a key.
  size_t top_with_key() const {
    if (!key_) return top();
    const size_t column = key_->begin - key_->line;
    return top() == text_.npos ? column : std::max(top(), column);
  }

  void pop_indents() {
    const bool dash = here() == '-' && is_space_or_end(here(1));
    while (!indents_.empty()) {
      const Indent& innermost = indents_.back();
      const bool stays =
          innermost.column < column() || (innermost.column == column() && (!innermost.sequence || dash));
      if (stays) break;
      indents_.pop_back();
    }
  }

  bool push_indent(size_t column, bool sequence) {
    if (!indents_.empty()) {
      const Indent& innermost = indents_.back();
      if (column < innermost.column) return false;
      if (column == innermost.column && (innermost.sequence || !sequence)) return false;
    }
    indents_.push_back({column, sequence});
    check_depth();
    count();
    return true;
  }

  void check_depth() {
    if (indents_.size() + flows_.size() > limits_.depth)
      refuse(fmt::format("nested deeper than {} levels", limits_.depth));
  }

  void begin_node() {
    document_empty_ = false;
    if (!in_block()) {
      ++flows_.back().nodes;
    } else {
      begin_key();
      if (key_) key_->after_empty = empty_;
      empty_ = false;
    }
    count();
  }
  void begin_key() {
    if (in_block() && key_allowed_ && !key_) key_ = Key{at_, line_};
  }

  void step() {
    if (in_block()) pop_indents();
    if (column() == 0 && here() == '%' && in_block()) return directive();
    if (column() == 0 && is_document_mark(text_, at_)) return document_mark();
    check_place();
    const char c = here();
    const bool spaced = is_space_or_end(here(1));
    if (c == '[' || c == '{') return open_flow();
    if (c == ']' || c == '}') return close_flow();
    if (c == ',') return entry();
    if (c == '-' && spaced) return dash();
    if (c == '?' && spaced) return question();
    if (c == ':' && is_value()) return colon();
    if (c == '*' || c == '&' || c == '!') return name();
    if ((c == '|' || c == '>') && in_block()) return block_scalar();
    if (c == '"' || c == '\'') return quoted();
    plain();
  }

  // Text may stand here only in a document that has begun.
  void check_place() {
    if (after_end_)
      fault("yaml/syntax", at_, line_end_of(text_, at_), "the document ended at `...`",
            "begin another document with `---`, or remove this");
    else if (directive_)
      fault("yaml/syntax", at_, line_end_of(text_, at_), "`---` must follow the directives");
    directive_.reset();
    after_end_ = false;
    in_document_ = true;
  }

  void directive() {
    const size_t end = line_end_of(text_, at_);
    const std::string_view line = text_.substr(at_, end - at_);
    const size_t words = count_words(line);
    const bool known =
        (line.starts_with("%YAML ") && words == 2) || (line.starts_with("%TAG ") && words == 3);
    if (in_document_)
      fault("yaml/syntax", at_, end, "a line that begins with `%` may stand only before `---`",
            "quote the text, or indent it");
    else if (!known)
      fault("yaml/syntax", at_, end, "this is no directive of YAML",
            "write `%YAML 1.2` or `%TAG HANDLE PREFIX`");
    if (!known) {
      // Its words would be kept, however many they are.
      scan_.refusal = std::exchange(scan_.fault, std::nullopt);
      done_ = true;
    }
    if (!directive_) directive_ = at_;
    after_end_ = false;
    mark(end - at_);
  }
  static size_t count_words(std::string_view line) {
    size_t words = 0;
    for (size_t i = 0; i < line.size() && line[i] != '#'; ++i)
      if (!is_blank(line[i]) && (i == 0 || is_blank(line[i - 1]))) ++words;
    return words;
  }

  void document_mark() {
    if (in_block()) indents_.clear();
    key_.reset();
    key_allowed_ = false;
    empty_ = false;
    after_end_ = here() == '.';
    in_document_ = !after_end_;
    if (in_document_) {
      directive_.reset();
      if (document_empty_) count();
      document_empty_ = true;
      if (++documents_ > limits_.documents)
        refuse(fmt::format("more than {} documents in one file", limits_.documents));
    }
    mark(3);
  }

  void open_flow() {
    begin_node();
    flows_.push_back({at_, here() == '{'});
    check_depth();
    flow_mark();
  }
  void close_flow() {
    if (!in_block()) {
      end_entry();
      flows_.pop_back();
      key_allowed_ = false;
    }
    flow_mark();
    json_ = true;
  }
  void entry() {
    if (!in_block()) {
      Flow& flow = flows_.back();
      if (flow.nodes == 0 && !flow.colon) count(flow.mapping ? 2 : 1);
      end_entry();
    }
    flow_mark();
  }
  // Nodes that are not written: the mapping of a pair in a list, and its empty sides.
  void end_entry() {
    Flow& flow = flows_.back();
    if (flow.nodes > 0 || flow.colon) {
      const uint32_t sides = flow.nodes < 2 ? 2 - flow.nodes : 0;
      if (flow.mapping)
        count(sides);
      else if (flow.colon)
        count(1 + sides);
    }
    flow.nodes = 0;
    flow.colon = false;
  }

  void dash() {
    if (in_block()) {
      if (!push_indent(column(), true) && empty_) count();
      after_indicator();
      key_allowed_ = true;
    }
    mark(1);
  }
  void question() {
    if (in_block()) {
      if (!push_indent(column(), false) && empty_) count();
      after_indicator();
      key_allowed_ = true;
    }
    mark(1);
  }
  void after_indicator() {
    empty_ = true;
    key_.reset();
  }

  bool is_value() const {
    const char next = here(1);
    if (is_space_or_end(next)) return true;
    if (in_block()) return false;
    return json_ || next == ',' || next == ']' || next == '}';
  }
  void colon() {
    if (!in_block()) {
      flows_.back().colon = true;
    } else if (key_ && key_->line == line_ && at_ - key_->begin <= kKeyLength) {
      if (!push_indent(key_->begin - key_->line, false) && key_->after_empty) count();
      after_indicator();
      key_allowed_ = false;
    } else {
      push_indent(column(), false);
      after_indicator();
      key_allowed_ = true;
    }
    mark(1);
  }

  void name() {
    const char c = here();
    if (c == '*') {
      if (++aliases_ > limits_.aliases)
        return refuse(fmt::format("more than {} aliases in one file", limits_.aliases));
      begin_node();
    } else {
      begin_key();
    }
    const size_t end = c == '!' ? tag_end(text_, at_) : name_end(text_, at_);
    token(Kind::name, at_, end);
    at_ = end;
    key_allowed_ = key_allowed_ && !in_block();
  }

  void quoted() {
    begin_node();
    const size_t begin = at_;
    const size_t end = quoted_end(text_, begin);
    if (end == text_.npos) {
      fault("yaml/open-quote", begin, begin + 1, "this quote is never closed",
            fmt::format("add the closing `{}`", text_[begin]));
      done_ = true;
      return;
    }
    token(Kind::quoted, begin, end);
    at_ = end;
    json_ = true;
    key_allowed_ = false;
    const size_t newline = text_.substr(begin, end - begin).rfind('\n');
    if (newline != text_.npos) line_ = begin + newline + 1;
  }

  bool plain_ends(size_t at) const {
    const char c = char_at(text_, at), next = char_at(text_, at + 1);
    if (c == '\0' || is_break(c)) return true;
    if (is_blank(c)) return next == '#';
    if (c == ':')
      return is_space_or_end(next) || (!in_block() && (next == ',' || next == ']' || next == '}'));
    return !in_block() && is_flow_mark(c);
  }

  void plain() {
    const size_t begin = at_;
    const size_t indent = in_block() ? top_with_key() + 1 : 0;
    begin_node();
    key_allowed_ = key_allowed_ && !in_block();
    size_t end = begin + 1;
    do {
      for (; !plain_ends(at_); ++at_) {
        if (!is_blank(text_[at_])) end = at_ + 1;
        if (text_[at_] == '?' && !in_block()) scan_.questions.push_back(static_cast<uint32_t>(at_));
      }
    } while (is_break(here()) && continue_plain(indent));
    at_ = std::max(at_, begin + 1);
    token(Kind::plain, begin, end);
  }

  // Goes to the next line of a plain scalar, if it has one.
  bool continue_plain(size_t indent) {
    size_t next = at_, line = line_;
    for (; next < text_.size() && (is_blank(text_[next]) || is_break(text_[next])); ++next)
      if (text_[next] == '\n') line = next + 1;
    if (next >= text_.size() || text_[next] == '#') return false;
    if (check_tab(line, next, indent)) return false;
    if (next - line < indent || (next == line && is_document_mark(text_, line))) return false;
    at_ = next;
    line_ = line;
    return true;
  }

  void block_scalar() {
    const size_t begin = at_;
    const size_t outer = top_with_key() == text_.npos ? 0 : top_with_key();
    begin_node();
    size_t indent = outer + 1;
    bool detect = true;
    for (++at_; here() == '+' || here() == '-' || (here() >= '0' && here() <= '9'); ++at_) {
      if (here() == '+' || here() == '-') continue;
      indent = outer + static_cast<size_t>(here() - '0');
      detect = false;
    }
    size_t end = at_;
    for (at_ = text_.find('\n', at_); at_ < text_.size(); at_ = text_.find('\n', at_)) {
      const size_t line = at_ + 1;
      size_t text = line;
      while (char_at(text_, text) == ' ' && (detect || text - line < indent)) ++text;
      if (detect) indent = std::max(indent, text - line);
      const char c = char_at(text_, text);
      if (c == '\t' && text - line < indent) {
        check_tab(line, text + 1, indent);
        done_ = true;
        break;
      }
      if (c != '\0' && !is_break(c)) {
        if (text - line < indent) break;
        detect = false;
        end = line_end_of(text_, text);
      }
      line_ = line;
      at_ = line;
    }
    at_ = std::min(at_, text_.size());
    token(Kind::block, begin, end);
    key_allowed_ = true;
  }

  static constexpr size_t kKeyLength = 1024;

  std::string_view text_;
  Limits limits_;
  size_t stop_;
  Scan scan_;
  size_t at_ = 0, line_ = 0;
  bool done_ = false;
  size_t nodes_ = 0, flow_marks_ = 0, aliases_ = 0, documents_ = 0;
  std::vector<Indent> indents_;
  std::vector<Flow> flows_;
  std::optional<Key> key_;
  bool key_allowed_ = true;
  bool empty_ = false;  // an indicator waits for its node
  bool json_ = false;   // in a flow collection a colon may follow at once, as in JSON
  std::optional<size_t> directive_;
  bool after_end_ = false, in_document_ = false, document_empty_ = false;
};

}  // namespace

Scan scan(std::string_view text, const Limits& limits, size_t stop) {
  return Scanner(text, limits, stop).run();
}

}  // namespace mesh::yaml
