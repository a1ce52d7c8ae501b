#include "core/store/oci_state.hpp"

#include "core/oci/artifact.hpp"
#include "core/oci/manifest.hpp"

#include <doctest.h>

#include <map>

using namespace mesh;
using namespace mesh::store;
using oci::Descriptor;
using oci::Index;

namespace {

Descriptor release(const std::string& version, const std::string& content = "") {
  Descriptor entry = oci::describe(oci::kManifestType, version + content);
  entry.rest.members.emplace("artifactType", oci::Json::string(oci::kProductType));
  entry.annotations = {{std::string(oci::kRefName), version}, {std::string(oci::kStatus), "active"}};
  return entry;
}

// What a registry does with what it is sent.
struct Registry {
  std::map<std::string, Descriptor> tags;                    // the manifest alone
  std::map<std::string, std::vector<Descriptor>> referrers;  // by digest

  std::vector<TaggedManifest> state() const {
    std::vector<TaggedManifest> all;
    for (const auto& [tag, manifest] : tags) {
      TaggedManifest tagged{tag, manifest, {}, {}};
      if (const auto found = referrers.find(manifest.digest); found != referrers.end())
        for (const Descriptor& one : found->second)
          (is_record(one) ? tagged.records : tagged.referrers).push_back(one);
      all.push_back(std::move(tagged));
    }
    return all;
  }
  Index index() const { return index_of(state()); }

  void add(const std::string& manifest) {
    const auto artifact = oci::read_artifact(manifest);
    REQUIRE(artifact);
    REQUIRE(artifact->subject);
    Descriptor referrer = oci::describe(oci::kManifestType, manifest);
    referrer.rest.members.emplace("artifactType", oci::Json::string(artifact->type));
    referrer.annotations = artifact->annotations;
    referrers[artifact->subject->digest].push_back(std::move(referrer));
  }
  void write(const std::vector<Record>& records) {
    for (const Record& record : records) add(record.manifest);
    for (const Record& record : records) {
      if (!record.moves_tag) continue;
      Descriptor manifest = *record.entry;
      manifest.annotations.clear();
      manifest.rest = oci::Json::object();
      tags[std::string(record.entry->annotation(oci::kRefName))] = manifest;
    }
  }
  // One publisher alone.
  Index swap(const Index& wanted) {
    const auto records = records_for(index(), wanted);
    REQUIRE(records);
    write(*records);
    CHECK(has_taken(index(), wanted, *records));
    return index();
  }
};

Index with(Index index, Descriptor entry) {
  index.put(std::move(entry));
  return index;
}

Index first() {
  Index index;
  index.id = "urn:shop:orders";
  index.head = "1.0.0";
  return with(std::move(index), release("1.0.0"));
}

void annotate(Index& index, std::string_view tag, std::string_view name, std::string_view text) {
  for (Descriptor& entry : index.manifests)
    if (entry.annotation(oci::kRefName) == tag) entry.annotations[std::string(name)] = text;
}

}  // namespace

TEST_CASE("oci state: an index comes back from tags and referrers as it was written") {
  Registry registry;
  Index now = registry.swap(first());
  CHECK(now.rev == 1);
  CHECK(now.id == "urn:shop:orders");
  CHECK(now.head.empty());  // it follows from the releases
  REQUIRE(now.find("1.0.0"));
  CHECK(*now.find("1.0.0") == *first().find("1.0.0"));

  now.annotations["vnd.mesh.status"] = "retired";
  annotate(now, "1.0.0", oci::kStatus, "yanked");
  annotate(now, "1.0.0", oci::kReason, "wrong \"column\" \xc3\xa9");
  const Index after = registry.swap(with(now, release("1.1.0")));
  CHECK(after.rev == 2);
  CHECK(after.annotations.at("vnd.mesh.status") == "retired");
  CHECK(after.id == "urn:shop:orders");
  CHECK(after.find("1.0.0")->annotation(oci::kReason) == "wrong \"column\" \xc3\xa9");
  CHECK(after.find("1.1.0")->annotation(oci::kStatus) == "active");
  CHECK(token_of(after) != token_of(now));
}

TEST_CASE("oci state: the head of what is no product is kept, as is what the next writer takes away") {
  Registry registry;
  Index root;
  Descriptor entry = oci::describe(oci::kManifestType, "root");
  entry.rest.members.emplace("artifactType", oci::Json::string("application/vnd.mesh.root.v1+json"));
  entry.annotations = {{std::string(oci::kRefName), "1"}};
  root.put(entry);
  CHECK(registry.swap(root).head.empty());
  Index now = registry.index();
  now.head = "1";
  CHECK(registry.swap(now).head == "1");
  now.annotations["other"] = "x";
  CHECK(registry.swap(now).annotations.contains("other"));
  now = registry.index();
  now.annotations.clear();
  CHECK(registry.swap(now).annotations.empty());
}

TEST_CASE("oci state: every swap makes another state, even one that only signs") {
  Registry registry;
  const Index before = registry.swap(first());
  Descriptor subject = *before.find("1.0.0");
  subject.annotations.clear();
  registry.add(oci::artifact_bytes({"application/vnd.mesh.signature.v1+json", {}, subject, {}}));
  const Index listed = registry.index();
  REQUIRE(listed.manifests.size() == 2);
  CHECK(listed.manifests[1].annotation("vnd.mesh.subject") == subject.digest);
  CHECK(listed.manifests[1].annotation(oci::kRefName).empty());
  CHECK(token_of(listed) == token_of(before));
  const auto records = records_for(listed, listed);
  REQUIRE(records);
  CHECK(records->size() == 1);
  registry.write(*records);
  CHECK(token_of(registry.index()) != token_of(before));
  CHECK(registry.index().rev == 2);
}

TEST_CASE("oci state: a tag that moves takes what is said of the product with it") {
  Registry registry;
  Index index;
  index.id = "urn:shop:orders";
  registry.swap(with(index, release("snapshot", "a")));
  const Index now = registry.swap(with(registry.index(), release("snapshot", "b")));
  CHECK(now.id == "urn:shop:orders");
  CHECK(now.rev == 2);
  CHECK(now.find("snapshot")->digest == release("snapshot", "b").digest);
  CHECK(now.manifests.size() == 1);
}

TEST_CASE("oci state: publishers of other versions at the same moment lose nothing") {
  Registry registry;
  const Index before = registry.swap(first());
  const Index a = with(before, release("1.1.0")), b = with(before, release("1.2.0"));
  const auto of_a = records_for(before, a), of_b = records_for(before, b);
  REQUIRE(of_a);
  REQUIRE(of_b);
  registry.write(*of_a);
  registry.write(*of_b);
  const Index after = registry.index();
  CHECK(has_taken(after, a, *of_a));
  CHECK(has_taken(after, b, *of_b));
  CHECK(after.find("1.0.0"));
  CHECK(after.id == before.id);
}

TEST_CASE("oci state: of two who say something of the same release at the same moment one is told") {
  Registry registry;
  const Index before = registry.swap(first());
  Index a = before, b = before;
  annotate(a, "1.0.0", oci::kStatus, "yanked");
  annotate(b, "1.0.0", oci::kStatus, "deprecated");
  const auto of_a = records_for(before, a), of_b = records_for(before, b);
  registry.write(*of_a);
  registry.write(*of_b);
  CHECK(has_taken(registry.index(), a, *of_a) != has_taken(registry.index(), b, *of_b));

  Registry other;
  other.swap(first());
  other.write(*of_b);
  other.write(*of_a);  // whatever the order, everybody sees the same
  CHECK(other.index().find("1.0.0")->annotations == registry.index().find("1.0.0")->annotations);
}

TEST_CASE("oci state: who loses a tag is told, and so is who loses what is said of the product") {
  Registry registry;
  const Index wanted = with(Index{}, release("1.0.0", "mine")),
              theirs = with(Index{}, release("1.0.0", "theirs"));
  const auto of_wanted = records_for(Index{}, wanted), of_theirs = records_for(Index{}, theirs);
  registry.write(*of_wanted);
  registry.write(*of_theirs);
  CHECK_FALSE(has_taken(registry.index(), wanted, *of_wanted));
  CHECK(has_taken(registry.index(), theirs, *of_theirs));

  Registry ids;
  Index a = first(), b = first();
  b.id = "urn:shop:others";
  const auto of_a = records_for(Index{}, a), of_b = records_for(Index{}, b);
  ids.write(*of_a);
  ids.write(*of_b);
  CHECK(has_taken(ids.index(), a, *of_a) != has_taken(ids.index(), b, *of_b));
}

TEST_CASE("oci state: what a registry cannot keep is refused before anything is written") {
  const auto fault = [](const Index& now, const Index& wanted) {
    const auto records = records_for(now, wanted);
    return records ? std::string() : records.error().message;
  };
  Index marks;
  marks.annotations["vnd.mesh.gc"] = "1";
  CHECK(fault({}, marks).find("there is none") != std::string::npos);
  CHECK(fault(first(), with(Index{}, release("2.0.0"))).find("cannot be taken off") != std::string::npos);
  for (const char* tag : {"latest", "sha256-x", "a b", "-a", ".a", "a/b"})
    CHECK(fault({}, with(Index{}, release(tag))).find("cannot be the tag") != std::string::npos);
  CHECK(fault({}, with(Index{}, release(std::string(129, 'a')))).find("cannot be the tag") !=
        std::string::npos);
}

TEST_CASE("oci state: records that are none count for nothing") {
  Registry registry;
  registry.swap(first());
  const std::string digest = registry.tags.at("1.0.0").digest;
  const auto add = [&](std::string_view type, oci::Annotations annotations) {
    Descriptor referrer =
        oci::describe(oci::kManifestType, std::to_string(registry.referrers[digest].size()));
    referrer.rest.members.emplace("artifactType", oci::Json::string(type));
    referrer.annotations = std::move(annotations);
    registry.referrers[digest].push_back(std::move(referrer));
  };
  add(kRecordType, {{"vnd.mesh.rev", "0"}, {"vnd.mesh.status", "yanked"}});
  add(kRecordType, {{"vnd.mesh.rev", "99999999999999999999999"}, {"vnd.mesh.status", "yanked"}});
  add(kRecordType, {{"vnd.mesh.rev", "7x"}, {"vnd.mesh.status", "yanked"}});
  add("text/plain", {{"vnd.mesh.rev", "9"}, {"vnd.mesh.status", "yanked"}});
  CHECK(registry.index().find("1.0.0")->annotation(oci::kStatus) == "active");
  CHECK(registry.index().rev == 1);
  add(kRecordType, {{"vnd.mesh.rev", "5"}, {"vnd.mesh.product", "{\"vnd.mesh.id\": 7}"}});
  CHECK(registry.index().id == "urn:shop:orders");
  CHECK(registry.index().rev == 5);

  // A release that somebody pushed with another tool has none at all.
  Registry foreign;
  foreign.tags["1.0.0"] = oci::describe(oci::kManifestType, "pushed");
  CHECK(foreign.index().rev == 0);
  CHECK(foreign.index().find("1.0.0")->annotation(oci::kStatus).empty());
}
