#include "core/report/sources.hpp"

#include "core/base/utf8.hpp"
#include "core/rules/secrets.hpp"

#include <algorithm>
#include <utility>

namespace mesh::report {
namespace {

constexpr size_t kLongLine = 8192;   // bytes
constexpr size_t kMilestone = 1024;  // bytes between two

}  // namespace

Sources::Sources(const workspace::Workspace& workspace, const std::vector<Finding>& findings)
    : workspace_(workspace) {
  for (const Finding& finding : findings)
    if (finding.rule == rules::kSecretRule) secrets_[finding.at.file].push_back(finding.at.span);
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
  const Source& source = *oldest->source;
  for (uint32_t number = 1; number <= source.line_count(); ++number) {
    std::string_view line = source.line(number);
    if (line.size() <= kLongLine) continue;
    Milestone here{source.offset({number, 1}), {number, 1}};
    while (!line.empty()) {
      oldest->milestones.push_back(here);
      for (size_t passed = 0; passed < kMilestone && !line.empty();) {
        const size_t size = utf8::first(line).size;
        line.remove_prefix(size);
        passed += size;
        here.offset += static_cast<uint32_t>(size);
        ++here.position.column;
      }
    }
    oldest->milestones.push_back({here.offset, here.position});
    if (number < source.line_count())
      oldest->milestones.push_back({source.offset({number + 1, 1}), {number + 1, 1}, false});
  }
  return oldest;
}

std::optional<std::string_view> Sources::line(FileId file, uint32_t number) {
  if (shown_.file == file && shown_.number == number) return shown_.text;
  const Kept* const kept = keep(file);
  if (!kept || !kept->source || number == 0 || number > kept->source->line_count()) return std::nullopt;
  std::string text(kept->source->line(number));
  const size_t begin = kept->source->offset({number, 1}), end = begin + text.size();
  rules::blank_secrets(text);
  if (const auto secrets = secrets_.find(file); secrets != secrets_.end())
    for (const Span secret : secrets->second)
      if (secret.begin < end && secret.end > begin)
        rules::blank(text, std::max<size_t>(secret.begin, begin) - begin, secret.end - begin);
  shown_ = {file, number, std::move(text)};
  return shown_.text;
}

uint32_t Sources::line_begin(FileId file, uint32_t number) {
  const Kept* const kept = keep(file);
  return kept && kept->source ? kept->source->offset({number, 1}) : 0;
}

Position Sources::position(const Kept& kept, uint32_t offset) {
  const Source& source = *kept.source;
  offset = std::min(offset, static_cast<uint32_t>(source.bytes().size()));
  const auto after = std::ranges::upper_bound(kept.milestones, offset, {}, &Milestone::offset);
  if (after == kept.milestones.begin() || !(after - 1)->counts) return source.position(offset);
  const Milestone& before = *(after - 1);
  const size_t more = utf8::length(source.bytes().substr(before.offset, offset - before.offset));
  return {before.position.line, before.position.column + static_cast<uint32_t>(more)};
}

Location Sources::locate(const Place& place) {
  const Kept* const kept = keep(place.file);
  if (!kept) return {".", {}, {}};
  const std::string& path = workspace_.path(place.file);
  if (!kept->source) return {path, {}, {}};
  return {path, position(*kept, place.span.begin),
          position(*kept, std::max(place.span.begin, place.span.end))};
}

std::string help_of(const Finding& finding) {
  return finding.help.empty() ? "mesh explain " + finding.rule : finding.help;
}

}  // namespace mesh::report
