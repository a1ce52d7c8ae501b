#include "core/model/waivers.hpp"

#include "core/base/date.hpp"
#include "core/base/strings.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mesh::model {
namespace {

constexpr std::string_view kWord = "mesh:allow";

bool is_space(char c) { return c == ' ' || c == '\t'; }
bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

// Reads one allowance from `text[at, end)`, which begins with the word.
class AllowReader {
 public:
  AllowReader(std::string_view text, size_t begin, size_t end) : text_(text), at_(begin), end_(end) {
    allow_.at = {static_cast<uint32_t>(begin), static_cast<uint32_t>(begin + kWord.size())};
    word_ = allow_.at;
    at_ += kWord.size();
  }

  // `next`: where reading stopped.
  Allow read(size_t& next) && {
    if (at_ < end_ && !is_space(text_[at_]))
      fail({static_cast<uint32_t>(at_), static_cast<uint32_t>(at_ + 1)},
           fmt::format("`{}` is followed by no space", kWord), "write a space here");
    while (!allow_.fault && skip_to_token()) token();
    if (!allow_.fault) check();
    next = at_;
    return std::move(allow_);
  }

 private:
  Span span(size_t begin, size_t end) const {
    return {static_cast<uint32_t>(begin), static_cast<uint32_t>(end)};
  }
  void fail(Span at, std::string message, std::string label) {
    if (!allow_.fault) allow_.fault = Allow::Fault{at, std::move(message), std::move(label)};
  }

  // False at the end; a `#` behind a space ends it too.
  bool skip_to_token() {
    while (at_ < end_ && (is_space(text_[at_]) || text_[at_] == ',')) ++at_;
    return at_ < end_ && text_[at_] != '#';
  }

  void token() {
    const size_t begin = at_;
    while (at_ < end_ && !is_space(text_[at_]) && text_[at_] != ',' && text_[at_] != '=') ++at_;
    const std::string word(text_.substr(begin, at_ - begin));
    if (at_ < end_ && text_[at_] == '=') {
      ++at_;
      return value(word, begin);
    }
    allow_.at.end = static_cast<uint32_t>(at_);
    if (word == "until" || word == "reason")
      return fail(span(begin, at_), fmt::format("`{}` is followed by no `=`", word),
                  "write `=` right behind it");
    if (has_key_) return stray(word, span(begin, at_));
    allow_.rules.push_back({word, span(begin, at_)});
  }

  // What follows a `key=` without one of its own.
  void stray(const std::string& word, Span at) {
    if (has_reason_ && !quoted_)
      return fail(at, fmt::format("`{}` is not part of the reason", printable(word)),
                  "put the reason in quotes");
    fail(at, fmt::format("`{}` does not belong here", printable(word)), "rules come first");
  }

  void value(const std::string& key, size_t key_begin) {
    has_key_ = true;
    const Span key_at = span(key_begin, at_ - 1);
    Written* const slot = key == "until" ? &allow_.until : key == "reason" ? &allow_.reason : nullptr;
    if (!slot) {
      static const std::vector<std::string> kKeys{"until", "reason"};
      const auto near = nearest(key, kKeys);
      return fail(key_at, fmt::format("`{}` says nothing about an allowance", printable(key)),
                  near ? fmt::format("did you mean `{}`?", *near) : "an allowance has `until` and `reason`");
    }
    if (slot->at.end != 0)
      return fail(key_at, fmt::format("`{}` stands here twice", key), "remove one of the two");
    has_reason_ = key == "reason";
    quoted_ = at_ < end_ && (text_[at_] == '"' || text_[at_] == '\'');
    const size_t begin = at_;
    size_t stop = begin;
    if (quoted_) {
      stop = std::min(text_.substr(0, end_).find(text_[begin], begin + 1), end_);
      if (stop == end_) return fail(span(begin, end_), "this quote is not closed", "close it");
      at_ = stop + 1;
    } else {
      while (at_ < end_ && !is_space(text_[at_]) && !(text_[at_] == ',' && !has_reason_)) ++at_;
      stop = at_;
    }
    const size_t inner = quoted_ ? begin + 1 : begin;
    slot->text = std::string(trim(text_.substr(inner, stop - inner)));
    slot->at = at_ > begin ? span(begin, at_) : key_at;
    allow_.at.end = static_cast<uint32_t>(at_);
    if (slot->text.empty())
      return fail(slot->at, fmt::format("`{}` is empty", key),
                  has_reason_ ? "say why" : "give a day: 2026-12-31");
    if (!has_reason_ && !parse_day(slot->text))
      fail(slot->at, fmt::format("`{}` is no day", printable(slot->text)), "write it as 2026-12-31");
  }

  void check() {
    if (allow_.rules.empty())
      return fail(word_, "the allowance names no rule", "name the rule that may be broken here");
    if (allow_.until.at.end == 0) return fail(word_, "the allowance has no end", "add `until=` and a day");
    if (allow_.reason.at.end == 0) return fail(word_, "the allowance gives no reason", "add `reason=\"…\"`");
  }

  std::string_view text_;
  size_t at_, end_;
  Allow allow_;
  Span word_;
  bool has_key_ = false, has_reason_ = false, quoted_ = false;
};

// Where the word stands in a comment, from `at` on: behind a `#` and white space. npos when nowhere.
size_t find_word(std::string_view text, Span comment, size_t at) {
  const std::string_view until_end = text.substr(0, comment.end);
  while ((at = until_end.find('#', at)) != text.npos) {
    const bool begins = at == comment.begin || is_space(text[at - 1]) || text[at - 1] == '#';
    const size_t word = std::min(until_end.find_first_not_of(" \t", ++at), until_end.size());
    if (!begins || !until_end.substr(word).starts_with(kWord)) continue;
    const size_t after = word + kWord.size();
    if (after >= comment.end || !is_word(text[after])) return word;
  }
  return text.npos;
}

Span line_of(std::string_view text, size_t at) {
  const size_t before = at == 0 ? text.npos : text.rfind('\n', at - 1);
  const size_t begin = before == text.npos ? 0 : before + 1;
  return {static_cast<uint32_t>(begin), static_cast<uint32_t>(std::min(text.find('\n', at), text.size()))};
}

// The line that the comment with this index is above of.
std::optional<Span> line_below(std::string_view text, const std::vector<yaml::Comment>& comments,
                               size_t index) {
  Span line = line_of(text, comments[index].at.begin);
  for (;;) {
    if (line.end + 1 >= text.size()) return std::nullopt;
    line = line_of(text, line.end + 1);
    const std::string_view content = trim(text.substr(line.begin, line.end - line.begin));
    if (content.empty()) return std::nullopt;
    const bool is_comment = index + 1 < comments.size() && comments[index + 1].alone &&
                            comments[index + 1].at.begin >= line.begin &&
                            comments[index + 1].at.begin < line.end;
    if (!is_comment) return line;
    ++index;
  }
}

std::optional<Written> text_at(yaml::Node entry, std::string_view key) {
  const auto value = entry.find(key);
  if (!value || !value->is_string() || value->text().empty()) return std::nullopt;
  return Written{std::string(value->text()), value->span()};
}

}  // namespace

bool may_allow(std::string_view text) {
  for (size_t mark = text.find('#'); mark != text.npos; mark = text.find('#', mark + 1)) {
    const size_t word = text.find_first_not_of(" \t", mark + 1);
    if (word != text.npos && text.substr(word).starts_with(kWord)) return true;
  }
  return false;
}

std::vector<Allow> read_allows(const Source& source, const std::vector<yaml::Comment>& comments,
                               FileId file) {
  std::vector<Allow> allows;
  const std::string_view text = source.bytes();
  for (size_t i = 0; i < comments.size(); ++i) {
    const Span comment = comments[i].at;
    for (size_t at = comment.begin; (at = find_word(text, comment, at)) != text.npos;) {
      Allow allow = AllowReader(text, at, comment.end).read(at);
      allow.file = file;
      allow.line = line_of(text, comment.begin);
      if (comments[i].alone) allow.line_below = line_below(text, comments, i);
      allows.push_back(std::move(allow));
    }
  }
  return allows;
}

Waivers read_waivers(yaml::Node root, FileId file) {
  Waivers waivers{file, {}};
  const auto list = root.find("waivers");
  if (!list || !list->is_sequence()) return waivers;
  for (uint32_t i = 0; i < list->size(); ++i) {
    const yaml::Node entry = list->item(i);
    if (!entry.is_mapping()) continue;
    auto rule = text_at(entry, "rule"), target = text_at(entry, "target"), until = text_at(entry, "until");
    const auto owner = text_at(entry, "owner"), reason = text_at(entry, "reason");
    if (!rule || !target || !until || !owner || !reason) continue;
    waivers.entries.push_back(
        {std::move(*rule), std::move(*target), std::move(*until), owner->text, reason->text, entry.span()});
  }
  return waivers;
}

}  // namespace mesh::model
