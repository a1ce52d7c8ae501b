#include "core/report/sources.hpp"

#include "core/base/utf8.hpp"
#include "core/rules/secrets.hpp"

#include <algorithm>
#include <utility>

namespace mesh::report {
namespace {

constexpr size_t kLongLine = 8192;   // bytes
constexpr size_t kMilestone = 1024;  // bytes between two

std::string_view without_end(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

Position position_in(const Excerpt::Line& line, uint32_t offset) {
  const size_t before = utf8::length(line.text.substr(0, offset - line.begin));
  return {line.number, static_cast<uint32_t>(before + 1)};
}

bool is_one_line(std::string_view text, size_t begin, size_t end) {
  return text.substr(begin, end - begin).find('\n') == std::string_view::npos;
}

}  // namespace

Sources::Sources(const workspace::Workspace& workspace, const std::vector<Finding>& findings)
    : workspace_(workspace) {
  auto secrets = std::make_shared<Secrets>();
  for (const Finding& finding : findings)
    if (finding.rule == rules::kSecretRule) (*secrets)[finding.at.file].push_back(finding.at.span);
  secrets_ = std::move(secrets);
}

std::unique_ptr<Source> Sources::read(FileId file) const {
  auto source = workspace_.source(file);
  return source ? std::make_unique<Source>(std::move(*source)) : nullptr;
}

Sources::Kept* Sources::keep(FileId file) {
  if (file >= workspace_.files.size()) return nullptr;
  Kept* oldest = kept_.data();
  for (Kept& kept : kept_) {
    if (kept.file == file) {
      kept.used = ++uses_;
      return &kept;
    }
    if (kept.used < oldest->used) oldest = &kept;
  }
  *oldest = {file, ++uses_, read(file), {}};
  if (!oldest->source) return oldest;
  for (const Source::Line line : oldest->source->lines_longer_than(kLongLine)) {
    Milestone here{line.begin, {line.number, 1}, line.begin};
    for (std::string_view text = oldest->source->text(line); !text.empty();) {
      oldest->milestones.push_back(here);
      for (size_t passed = 0; passed < kMilestone && !text.empty();) {
        const size_t size = utf8::first(text).size;
        text.remove_prefix(size);
        passed += size;
        here.offset += static_cast<uint32_t>(size);
        ++here.position.column;
      }
    }
    oldest->milestones.push_back(here);
  }
  return oldest;
}

// The last place before that one, in its line, whose column is known.
Sources::Milestone Sources::passed(const Kept& kept, uint32_t offset) {
  const auto after = std::ranges::upper_bound(kept.milestones, offset, {}, &Milestone::offset);
  if (after != kept.milestones.begin()) {
    const Milestone& before = *(after - 1);
    // Those of a long line end with the line.
    const bool is_last = after == kept.milestones.end() || after->line_begin != before.line_begin;
    if (!is_last || is_one_line(kept.source->bytes(), before.offset, offset)) return before;
  }
  const Source::Line line = kept.source->line_at(offset);
  return {line.begin, {line.number, 1}, line.begin};
}

Position Sources::position(const Kept& kept, const Milestone& before, uint32_t offset) {
  if (offset <= before.offset) return before.position;
  const size_t more = utf8::length(kept.source->bytes().substr(before.offset, offset - before.offset));
  return {before.position.line, before.position.column + static_cast<uint32_t>(more)};
}

std::optional<Excerpt::Line> Sources::excerpt(FileId file, uint32_t offset) const {
  if (file >= workspace_.excerpts.size()) return std::nullopt;
  return workspace_.excerpts[file].line_at(offset);
}

Location Sources::locate(const Place& place) {
  const uint32_t end = std::max(place.span.begin, place.span.end);
  const auto first = excerpt(place.file, place.span.begin);
  const auto last = first ? excerpt(place.file, end) : std::nullopt;
  if (!last) return locate_in_file(place);
  return {workspace_.path(place.file), position_in(*first, place.span.begin), position_in(*last, end),
          first->begin};
}

Location Sources::locate_in_file(const Place& place) {
  const Kept* const kept = keep(place.file);
  if (!kept) return {".", {}, {}};
  const std::string& path = workspace_.path(place.file);
  if (!kept->source) return {path, {}, {}};
  const std::string_view bytes = kept->source->bytes();
  const auto size = static_cast<uint32_t>(bytes.size());
  const uint32_t begin = std::min(place.span.begin, size), end = std::clamp(place.span.end, begin, size);
  const Milestone before = passed(*kept, begin);
  const bool is_near = end - before.offset < kMilestone && is_one_line(bytes, begin, end);
  return {path, position(*kept, before, begin), position(*kept, is_near ? before : passed(*kept, end), end),
          before.line_begin};
}

std::optional<std::string_view> Sources::line(FileId file, const Location& where) {
  if (shown_.file == file && shown_.number == where.begin.line) return shown_.text;
  std::string text;
  if (const auto line = excerpt(file, where.line_begin)) {
    text = without_end(line->text);
  } else {
    const Kept* const kept = keep(file);
    // It may have been read again since, and have become shorter.
    if (!kept || !kept->source || where.line_begin > kept->source->bytes().size()) return std::nullopt;
    text = kept->source->text({where.begin.line, where.line_begin});
  }
  const size_t begin = where.line_begin, end = begin + text.size();
  rules::blank_secrets(text);
  if (const auto secrets = secrets_->find(file); secrets != secrets_->end())
    for (const Span secret : secrets->second)
      if (secret.begin < end && secret.end > begin)
        rules::blank(text, std::max<size_t>(secret.begin, begin) - begin, secret.end - begin);
  shown_ = {file, where.begin.line, std::move(text)};
  return shown_.text;
}

std::string help_of(const Finding& finding) {
  return finding.help.empty() ? "mesh explain " + std::string(finding.rule) : finding.help;
}

}  // namespace mesh::report
