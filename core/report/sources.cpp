#include "core/report/sources.hpp"

#include "core/rules/secrets.hpp"

#include <utility>

namespace mesh::report {

Sources::Sources(const workspace::Workspace& workspace, const std::vector<Finding>& findings)
    : workspace_(workspace) {
  for (const Finding& finding : findings)
    if (finding.rule == rules::kSecretRule) secrets_.push_back(finding.at);
}

std::unique_ptr<Source> Sources::read(FileId file) const {
  const auto source = workspace_.source(file);
  if (!source) return nullptr;
  std::string text(source->bytes());
  rules::blank_secrets(text);
  for (const Place& secret : secrets_)
    if (secret.file == file) rules::blank(text, secret.span.begin, secret.span.end);
  return std::make_unique<Source>(source->path(), std::move(text));
}

const Source* Sources::of(FileId file) {
  if (file >= workspace_.files.size()) return nullptr;
  for (unsigned i = 0; i < 2; ++i) {
    if (kept_[i].file != file) continue;
    next_ = 1 - i;
    return kept_[i].source.get();
  }
  Kept& kept = kept_[std::exchange(next_, 1 - next_)];
  kept = {file, read(file)};
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
