#include "core/report/sources.hpp"

#include <utility>

namespace mesh::report {

const Source* Sources::of(FileId file) {
  if (file >= workspace_.files.size()) return nullptr;
  for (unsigned i = 0; i < 2; ++i) {
    if (kept_[i].file != file) continue;
    next_ = 1 - i;
    return kept_[i].source.get();
  }
  auto read = workspace_.source(file);
  Kept& kept = kept_[std::exchange(next_, 1 - next_)];
  kept = {file, read ? std::make_unique<Source>(std::move(*read)) : nullptr};
  return kept.source.get();
}

Location Sources::locate(const Place& place) {
  if (place.file >= workspace_.files.size()) return {".", {}, {}};
  const std::string& path = workspace_.path(place.file);
  const Source* source = of(place.file);
  if (!source) return {path, {}, {}};
  return {path, source->position(place.span.begin),
          source->position(std::max(place.span.begin, place.span.end))};
}

std::string help_of(const Finding& finding) {
  return finding.help.empty() ? "mesh explain " + finding.rule : finding.help;
}

}  // namespace mesh::report
