#include "core/publish/reach.hpp"

#include "core/base/strings.hpp"
#include "core/oci/json.hpp"
#include "core/oci/layout.hpp"
#include "core/oci/manifest.hpp"
#include "core/publish/stored.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <optional>

namespace mesh::publish {
namespace {

using oci::Json;

constexpr size_t kMostDocuments = 1'000'000;

// How sure it is that a blob is a document.
enum class Kind : uint8_t {
  document,  // its media type says so
  entry,     // of a kind we do not know, but listed in the index
  subject,   // what a referrer is about; it may be elsewhere, or not be there yet
  mention,   // a digest in some text; perhaps of something that is elsewhere
};

struct Step {
  oci::Descriptor descriptor;
  Kind kind;
};

std::optional<oci::Descriptor> descriptor_in(const Json& json) {
  if (json.kind != Json::Kind::object || !json.find("digest")) return std::nullopt;
  auto descriptor = oci::read_descriptor(json);
  if (!descriptor) return std::nullopt;
  return std::move(*descriptor);
}

class Walk {
 public:
  Walk(store::Store& store, const Identity& identity) : store_(store), identity_(identity) {}

  // `kind`: what it is when its media type does not say so.
  void enter(const oci::Descriptor& descriptor, std::optional<Kind> kind) {
    reach.blobs.try_emplace(descriptor.digest, descriptor);
    for (const auto& [name, text] : descriptor.annotations) mention(text);
    search(descriptor.rest);
    if (leads_on(descriptor.media_type) && kind != Kind::subject) kind = Kind::document;
    if (kind) next_.push_back({descriptor, *kind});
  }

  void mention(const std::string& text) {
    if (!oci::is_digest(text) || !reach.mentioned.insert(text).second) return;
    oci::Descriptor descriptor;
    descriptor.digest = text;
    descriptor.size = oci::kMaxManifest;
    next_.push_back({std::move(descriptor), Kind::mention});
  }

  // Descriptors wherever they are, and strings that are digests.
  void search(const Json& json) {
    if (json.kind == Json::Kind::string) mention(json.text);
    for (const Json& item : json.items) search(item);
    if (const auto descriptor = descriptor_in(json)) return enter(*descriptor, std::nullopt);
    for (const auto& [key, value] : json.members) {
      const auto subject = key == "subject" ? descriptor_in(value) : std::nullopt;
      if (subject)
        enter(*subject, Kind::subject);
      else
        search(value);
    }
  }

  Result<void> run() {
    while (!next_.empty()) {
      const Step step = std::move(next_.front());
      next_.pop_front();
      if (!seen_.insert(step.descriptor.digest).second && step.kind != Kind::document) continue;
      if (step.kind == Kind::document && !read_.insert(step.descriptor.digest).second) continue;
      if (seen_.size() > kMostDocuments)
        return fail(Fault::corrupt, "`" + identity_.prefix() + "` leads to more than a million documents");
      if (auto done = follow(step); !done) return done;
    }
    return {};
  }

  Reach reach;

 private:
  Result<void> follow(const Step& step) {
    const oci::Descriptor& blob = step.descriptor;
    const auto problem = [&](std::string text) -> Result<void> {
      if (step.kind != Kind::mention) reach.problems.push_back(std::move(text));
      return {};
    };
    if (!oci::is_digest(blob.digest))
      return problem("`" + printable(blob.digest) + "` is a digest that cannot be followed");
    if (step.kind == Kind::entry && blob.size > oci::kMaxManifest) return {};  // no document is that large
    const std::string key = oci::blob_key(identity_.prefix(), blob.digest);
    if (blob.size > oci::kMaxIndex) return problem("`" + key + "` is too large for a document");
    const auto object = store_.get(key, blob.size);
    if (!object) {
      const bool is_missing = object.error().fault == Fault::not_found;
      if (is_missing && step.kind == Kind::subject) return {};
      if (is_missing) return problem("`" + key + "` is missing");
      if (object.error().fault == Fault::corrupt) return problem(object.error().message);
      return tl::unexpected(object.error());
    }
    if (oci::digest_of(object->bytes) != blob.digest)
      return problem("`" + key + "` holds other bytes than its digest says");
    const auto document = oci::read_json(object->bytes);
    if (document)
      search(*document);
    else if (step.kind == Kind::document || leads_on(blob.media_type))
      return problem("`" + key + "` cannot be used: " + document.error().message);
    return {};
  }

  store::Store& store_;
  const Identity& identity_;
  std::deque<Step> next_;
  std::set<std::string> seen_, read_;
};

}  // namespace

bool leads_on(std::string_view media_type) {
  constexpr std::array<std::string_view, 5> kKnown{
      oci::kManifestType, oci::kIndexType, "application/vnd.docker.distribution.manifest.v2+json",
      "application/vnd.docker.distribution.manifest.list.v2+json",
      "application/vnd.oci.artifact.manifest.v1+json"};
  return std::ranges::find(kKnown, media_type) != kKnown.end();
}

Result<Reach> reach_of(store::Store& store, const Identity& identity, const oci::Index& index,
                       const std::function<bool(const oci::Descriptor&)>& limited_to) {
  Walk walk(store, identity);
  for (const oci::Descriptor& entry : index.manifests)
    if (!limited_to || limited_to(entry)) walk.enter(entry, Kind::entry);
  if (!limited_to) {
    walk.search(index.rest);
    for (const auto& [name, text] : index.annotations) walk.mention(text);
  }
  if (auto done = walk.run(); !done) return pass(std::move(done));
  return std::move(walk.reach);
}

}  // namespace mesh::publish
