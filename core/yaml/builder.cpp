#include "core/yaml/builder.hpp"

#include "core/base/strings.hpp"
#include "core/base/utf8.hpp"
#include "core/yaml/entries.hpp"
#include "core/yaml/explain.hpp"
#include "core/yaml/extent.hpp"
#include "core/yaml/lexis.hpp"
#include "core/yaml/scalar.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mesh::yaml {

static constexpr std::string_view kCoreTag = "tag:yaml.org,2002:";
static constexpr size_t kAll = SIZE_MAX;

static bool is_quote(char c) { return c == '"' || c == '\''; }

Span Builder::span_of(size_t begin, size_t end) const {
  return {static_cast<uint32_t>(begin), static_cast<uint32_t>(std::max(begin, end))};
}

void Builder::stop(std::string_view rule, Span at, std::string message) const {
  stop(Finding{rule, Level::error, std::move(message), {kNoFile, at}});
}
void Builder::stop(Finding finding) const { throw Stop{std::move(finding)}; }

Finding& Builder::error(std::string_view rule, Span at, std::string message) {
  run_.failed = true;
  return run_.findings.add(rule, Level::error, at, std::move(message));
}

void Builder::begin_document(size_t at) {
  cursor_ = at;
  if (starts_document(text_, at)) cursor_ += 3;
}

// ---- places
// ------------------------------------------------------------------------------------------------

// Steps over at most `most` tags and anchors and the gap behind each.
size_t Builder::skip_properties(size_t at, size_t most) {
  properties_end_ = at;
  for (; most > 0 && (char_at(text_, at) == '&' || char_at(text_, at) == '!'); --most) {
    properties_end_ = text_[at] == '!' ? tag_end(text_, at) : name_end(text_, at);
    at = skip_gap(text_, properties_end_);
  }
  return at;
}

// What ends at `word_end` is no value but the key after an empty one.
bool Builder::is_key_here(size_t word_end) const {
  if (!wants_value() || open_.back().bracket) return false;
  while (is_blank(char_at(text_, word_end))) ++word_end;
  return char_at(text_, word_end) == ':';
}

// The end of a null that is written as a word at `at`. Before the cursor lies a key, not a value.
std::optional<size_t> Builder::null_end(size_t at) const {
  if (at < cursor_) return std::nullopt;
  for (const std::string_view word : {"~", "null", "Null", "NULL"}) {
    const size_t end = at + word.size();
    if (!text_.substr(at).starts_with(word)) continue;
    size_t rest = end;
    while (is_blank(char_at(text_, rest))) ++rest;
    const char next = char_at(text_, rest);
    // More words are the next key's.
    if (!is_space_or_end(next) && !is_flow_mark(next) && next != ':' && (next != '#' || rest == end))
      continue;
    if (!is_key_here(end)) return end;
  }
  return std::nullopt;
}

// One past the quotes at `at` with nothing between them, or with escaped line ends only.
static std::optional<size_t> empty_quotes_end(std::string_view text, size_t at) {
  const char quote = text[at++];
  while (quote == '"' && char_at(text, at) == '\\' && is_break(char_at(text, at + 1))) {
    at += text.substr(at + 1).starts_with("\r\n") ? 3 : 2;
    while (is_blank(char_at(text, at))) ++at;
  }
  if (char_at(text, at) != quote || (quote == '\'' && char_at(text, at + 1) == quote)) return std::nullopt;
  return at + 1;
}

// A tag or anchor without a value; `at` is the token behind it, which may be a quoted key.
bool Builder::is_empty_scalar(size_t at) const {
  const char c = char_at(text_, at);
  if (c == '|' || c == '>') return false;
  if (!is_quote(c)) return true;
  const auto end = empty_quotes_end(text_, at);
  return !end || is_key_here(*end);
}

// Where an empty node would stand: after the colon of its key, after the `-` of its item.
size_t Builder::empty_place() const {
  if (open_.empty()) return cursor_;
  const size_t next = skip_gap(text_, cursor_);
  const char c = char_at(text_, next);
  if (open_.back().kind == Kind::sequence) return c == '-' || c == ',' ? next + 1 : cursor_;
  if (wants_value()) return c == ':' ? next + 1 : cursor_;
  if (c == ',') return skip_gap(text_, next + 1);
  return c == '?' ? next + 1 : next;
}

// yaml-cpp reads a null where something is missing: between two commas, before a colon, and behind a last
// line that has no colon.
void Builder::check_empty(size_t at, size_t place) {
  if (open_.empty()) return;
  if (!wants_value()) {
    if (char_at(text_, at) == ',')
      error("yaml/syntax", span_of(at, at + 1), "a value is missing before this comma").label =
          "remove the comma";
    else if (in_mapping() && char_at(text_, skip_gap(text_, place)) == ':') {
      error("yaml/syntax", span_of(place, place + 1), "a key is missing before this colon").label =
          "name the key";
      open_.back().explicit_key = true;
    }
    return;
  }
  const Open& mapping = open_.back();
  const Span key = tree_.at(mapping.children.back()).span;
  if (place > key.end || !mapping.block || mapping.explicit_key) return;
  stop(explain(text_, kEndOfMapping, key.begin, run_.limits, {}));
}

// A mapping whose first key begins where it does has no bracket of its own: the bracket is the key's.
void Builder::begin_child(size_t at) {
  if (!wants_key()) return;
  Open& mapping = open_.back();
  if (mapping.children.empty() && mapping.begin == at) mapping.bracket = false;
  const size_t next = skip_gap(text_, cursor_);
  mapping.explicit_key = char_at(text_, next) == '?' && is_space_or_end(char_at(text_, next + 1));
}

// ---- events
// ------------------------------------------------------------------------------------------------

void Builder::null(size_t at, AnchorId anchor) {
  const size_t word = anchor ? skip_properties(at, kAll) : at;
  if (const auto end = null_end(word)) {
    begin_child(at);
    return add_scalar(Kind::null, span_of(word, *end), run_.source.substr(word, *end - word), anchor);
  }
  if (anchor) begin_child(at);
  const size_t place = anchor ? properties_end_ : std::min(empty_place(), text_.size());
  if (!anchor) check_empty(at, place);
  if (open_.empty() && !anchor) {
    blank_ = true;
    count(1, span_of(place, place));
    tree_.set_root(tree_.add({}));
    tree_.edit(tree_.root().id()).span = span_of(place, place);
    return;
  }
  add_scalar(Kind::null, span_of(place, place), {}, anchor);
}

void Builder::alias(size_t at, AnchorId id) {
  const size_t end = name_end(text_, at);
  const Span span = span_of(at, end);
  begin_child(at);
  if (++run_.aliases > run_.limits.aliases)
    stop("yaml/limit", span, fmt::format("more than {} aliases in one file", run_.limits.aliases));
  if (id >= anchors_.size() || !anchors_[id].closed)
    stop("yaml/limit", span,
         fmt::format("`{}` stands inside the value it names", text_.substr(at, end - at)));
  const Anchor& anchor = anchors_[id];
  if (open_.size() + anchor.height > run_.limits.depth)
    stop("yaml/limit", span, fmt::format("this alias nests deeper than {} levels", run_.limits.depth));
  Tree::Data data = tree_.at(anchor.node);
  data.span = span;
  run_.nodes += anchor.size;
  if (run_.nodes > run_.limits.nodes)
    stop("yaml/limit", span, fmt::format("aliases expand to more than {} values", run_.limits.nodes));
  cursor_ = end;
  place(tree_.add(data), anchor.size, anchor.height);
}

void Builder::scalar(size_t at, std::string_view tag, AnchorId anchor, const std::string& value) {
  const size_t begin = skip_properties(at, kAll);
  begin_child(at);
  const bool empty = value.empty() && is_empty_scalar(begin);
  const size_t end = empty ? properties_end_ : std::min(scalar_end(text_, begin, value), text_.size());
  const Span span = span_of(empty ? end : begin, end);
  const bool merge = wants_key() && ((tag == "?" && value == "<<") || tag == "tag:yaml.org,2002:merge");
  const Kind kind = merge ? Kind::string : kind_of(tag, value, span_of(at, std::max(at, properties_end_)));
  if (tag == "?") note_unportable(run_, value, span);
  const bool written = span.begin < span.end;
  const bool plain = written && !is_quote(text_[begin]) && text_[begin] != '|' && text_[begin] != '>';
  add_scalar(kind, span, text_of(span, value, plain), anchor);
  if (merge) open_.back().merges.push_back(open_.back().children.back());
}

void Builder::open(Kind kind, size_t at, std::string_view tag, AnchorId anchor, bool flow) {
  begin_child(at);
  const size_t begin = skip_properties(at, (anchor ? 1 : 0) + (tag != "?" ? 1 : 0));
  const std::string_view own = kind == Kind::mapping ? "map" : "seq";
  if (tag != "?" && tag != "!" && tag != fmt::format("{}{}", kCoreTag, own))
    refuse_tag(tag, span_of(at, properties_end_));
  const char c = char_at(text_, begin);
  open_.push_back({kind, flow && (c == '[' || c == '{'), !flow, begin, anchor});
  cursor_ = flow && (c == '[' || c == '{') ? begin + 1 : begin;
  if (open_.size() > run_.limits.depth)
    stop("yaml/limit", span_of(begin, begin + 1),
         fmt::format("nested deeper than {} levels", run_.limits.depth));
  if (anchor) remember(anchor, {});
}

void Builder::close() {
  Open done = std::move(open_.back());
  open_.pop_back();
  if (done.bracket) cursor_ = flow_end(text_, std::max(cursor_, done.begin + 1));
  cursor_ = std::max(cursor_, done.begin);
  if (done.kind == Kind::mapping) {
    tree_.hash_keys(done.children.data(), done.children.size());
    drop_duplicates(tree_, done.children, run_.findings);
    const size_t before = run_.findings.size();
    // At most one is left, the first: a second `<<` is a duplicate.
    if (done.merges.size() > 1) done.merges.erase(done.merges.begin() + 1, done.merges.end());
    if (!done.merges.empty()) merge_entries(tree_, done.children, done.merges, run_.findings);
    if (run_.findings.size() != before) run_.failed = true;
  }
  const uint32_t id = tree_.add_collection(done.kind, span_of(done.begin, cursor_), done.children);
  count(1, span_of(done.begin, done.begin + 1));
  if (done.anchor) remember(done.anchor, {id, done.size, done.height, true});
  place(id, done.size, done.height);
}

// ---- nodes
// -------------------------------------------------------------------------------------------------

Kind Builder::kind_of(std::string_view tag, std::string_view value, Span at) {
  if (tag == "?") return core_kind(value);
  if (tag == "!") return Kind::string;
  if (!tag.starts_with(kCoreTag)) {
    refuse_tag(tag, at);
    return Kind::string;
  }
  const std::string_view type = tag.substr(kCoreTag.size());
  const Kind kind = core_kind(value);
  if (type == "str") return Kind::string;
  if (type == "int" && kind == Kind::integer) return kind;
  if (type == "float" && (kind == Kind::integer || kind == Kind::number)) return Kind::number;
  if (type == "bool" && kind == Kind::boolean) return kind;
  if (type == "null" && kind == Kind::null) return kind;
  if (type == "int" || type == "float" || type == "bool" || type == "null")
    error("yaml/syntax", at, fmt::format("the value behind this tag is no `{}`", type)).label =
        "remove the tag, or correct the value";
  else
    refuse_tag(tag, at);
  return Kind::string;
}

void Builder::refuse_tag(std::string_view tag, Span at) {
  const std::string_view name = text_.substr(at.begin, at.end - at.begin);
  Finding& found = error("yaml/unknown-tag", at,
                         fmt::format("the tag `{}` does not belong here", name.size() > 60 ? "!…" : name));
  found.label = "remove the tag";
  if (!tag.starts_with(kCoreTag)) found.help = "manifests use the plain types of YAML 1.2 alone";
}

// The scalar's text: a view of the source where it stands there as it is read.
std::string_view Builder::text_of(Span span, const std::string& value, bool plain) {
  const std::string_view parsed = text_.substr(span.begin, span.end - span.begin);
  if (parsed == value) return run_.source.substr(span.begin, value.size());
  if (parsed.size() == value.size() + 2 && is_quote(parsed.front()) &&
      parsed.substr(1, value.size()) == value)
    return run_.source.substr(span.begin + 1, value.size());
  if (!plain && !utf8::first_invalid(value)) return tree_.keep(value);
  std::string text;
  for (std::string_view rest = value; !rest.empty();) {
    const utf8::Char c = utf8::first(rest);
    // yaml-cpp reads `\N` and `\_` as one byte, which is the code point.
    const char32_t code = c.valid ? c.code : static_cast<unsigned char>(rest.front());
    utf8::append(text, plain && code == kQuestion ? U'?' : code);
    rest.remove_prefix(c.size);
  }
  return tree_.keep(text);
}

void Builder::add_scalar(Kind kind, Span span, std::string_view text, AnchorId anchor) {
  const uint32_t id = tree_.add_scalar(kind, span, text);
  count(1, span);
  if (anchor) remember(anchor, {id, 1, 0, true});
  cursor_ = std::max<size_t>(cursor_, span.end);
  place(id, 1, 0);
}

void Builder::count(uint64_t nodes, Span at) {
  run_.nodes += nodes;
  if (run_.nodes > run_.limits.nodes)
    stop("yaml/limit", at, fmt::format("more than {} values in one file", run_.limits.nodes));
}

void Builder::place(uint32_t id, uint64_t size, uint32_t height) {
  blank_ = false;
  if (open_.empty()) return tree_.set_root(id);
  Open& parent = open_.back();
  parent.children.push_back(id);
  parent.size += size;
  parent.height = std::max(parent.height, height + 1);
}

void Builder::remember(AnchorId anchor, Anchor what) {
  if (anchors_.size() <= anchor) anchors_.resize(anchor + 1);
  anchors_[anchor] = what;
}

}  // namespace mesh::yaml
