#include "core/trust/root.hpp"

#include "core/base/strings.hpp"
#include "core/model/nodes.hpp"
#include "core/model/read.hpp"
#include "core/oci/json.hpp"
#include "core/trust/document.hpp"

#include <algorithm>
#include <charconv>

namespace mesh::trust {
namespace {

using oci::Json;

template <class List>
bool holds(const List& keys, const PublicKey& key) {
  return std::ranges::find(keys, key) != keys.end();
}

std::string named(const PublicKey& key) {
  return crypto::fingerprint(key) + (key.comment.empty() ? "" : " (" + key.comment + ")");
}

Json lines_of(std::vector<PublicKey> keys) {
  std::ranges::sort(keys, {}, &PublicKey::blob);
  Json lines = Json::array();
  for (const PublicKey& key : keys) lines.items.push_back(Json::string(crypto::line_of(key)));
  return lines;
}

uint64_t number_at(yaml::Node mapping, std::string_view key) {
  const auto node = mapping.find(key);
  const std::string_view written = node ? node->text() : std::string_view();
  uint64_t value = 0;
  const auto [stop, fault] = std::from_chars(written.data(), written.data() + written.size(), value);
  return fault == std::errc{} && stop == written.data() + written.size() ? value : 0;
}

std::string has_twice(const Root& root) {
  for (size_t i = 0; i < root.keys.size(); ++i)
    for (size_t k = 0; k < i; ++k)
      if (root.keys[i] == root.keys[k])
        return "the key " + crypto::fingerprint(root.keys[i]) + " is there twice";
  for (size_t i = 0; i < root.domains.size(); ++i)
    for (size_t k = 0; k < i; ++k)
      if (root.domains[i].name == root.domains[k].name)
        return "the domain `" + root.domains[i].name + "` is there twice";
  return {};
}

// "" when nothing is.
std::string contradiction(const Root& root) {
  if (!model::is_slug(root.mesh)) return "`" + printable(root.mesh) + "` cannot be the name of a mesh";
  if (std::string twice = has_twice(root); !twice.empty()) return twice;
  if (root.threshold == 0 || root.threshold > root.keys.size())
    return "it asks for " + count_of(root.threshold, "signature") + " and has " +
           count_of(root.keys.size(), "key");
  for (const PublicKey& key : root.keys)
    if (const Revoked* const revoked = root.revocation_of(key))
      return "the key " + named(key) + " signs it and is revoked since " + revoked->since;
  for (const DomainKeys& domain : root.domains) {
    if (!model::is_slug(domain.name) || model::is_reserved(domain.name))
      return "`" + printable(domain.name) + "` cannot be the name of a domain";
    if (domain.prefix != domain.name && !domain.prefix.starts_with(domain.name + "/"))
      return "the prefix `" + printable(domain.prefix) + "` is not one of the domain `" + domain.name + "`";
  }
  return {};
}

Result<Root> read_facts(yaml::Node node) {
  Root root;
  root.mesh = model::plain_text(node, "mesh");
  root.serial = number_at(node, "serial");
  root.threshold = static_cast<uint32_t>(number_at(node, "threshold"));
  const auto expires = parse_day(model::plain_text(node, "expires"));
  if (!expires) return fail(Fault::corrupt, "the day it expires on does not exist");
  root.expires = *expires;
  if (root.serial == 0) return fail(Fault::corrupt, "its serial is not a whole number");
  auto keys = parse_keys(model::plain_texts(node, "keys"), Fault::corrupt);
  if (!keys) return pass(std::move(keys));
  root.keys = std::move(*keys);

  const yaml::Node domains = *node.find("domains");
  for (uint32_t i = 0; i < domains.size(); ++i) {
    const yaml::Node entry = domains.item(i);
    auto signers = parse_keys(model::plain_texts(entry, "signers"), Fault::corrupt);
    if (!signers) return pass(std::move(signers));
    root.domains.push_back(
        {model::plain_text(entry, "name"), model::plain_text(entry, "prefix"), std::move(*signers)});
  }
  const auto revoked = node.find("revoked");
  for (uint32_t i = 0; revoked && i < revoked->size(); ++i) {
    const yaml::Node entry = revoked->item(i);
    auto key = crypto::parse_public_key(model::plain_text(entry, "key"));
    if (!key) return fail(Fault::corrupt, key.error().message);
    root.revoked.push_back(
        {std::move(*key), model::plain_text(entry, "since"), model::plain_text(entry, "reason")});
  }
  return root;
}

void compare_keys(const std::vector<PublicKey>& before, const std::vector<PublicKey>& after,
                  const std::string& what, std::vector<std::string>& told) {
  for (const PublicKey& key : after)
    if (!holds(before, key)) told.push_back("new " + what + " " + named(key));
  for (const PublicKey& key : before)
    if (!holds(after, key)) told.push_back("no longer " + what + " " + named(key));
}

}  // namespace

const DomainKeys* Root::domain(std::string_view name) const {
  const auto found = std::ranges::find(domains, name, &DomainKeys::name);
  return found == domains.end() ? nullptr : &*found;
}

const Revoked* Root::revocation_of(const PublicKey& key) const {
  const auto found = std::ranges::find(revoked, key, &Revoked::key);
  return found == revoked.end() ? nullptr : &*found;
}

std::string root_bytes(Root root) {
  std::ranges::sort(root.domains, {}, &DomainKeys::name);
  Json domains = Json::array();
  for (const DomainKeys& domain : root.domains) {
    Json entry = Json::object_of({{"name", domain.name}, {"prefix", domain.prefix}});
    entry.members.emplace("signers", lines_of(domain.signers));
    domains.items.push_back(std::move(entry));
  }
  Json revoked = Json::array();
  for (const Revoked& key : root.revoked) {
    Json entry = Json::object_of({{"key", crypto::line_of(key.key)}, {"since", key.since}});
    if (!key.reason.empty()) entry.members.emplace("reason", Json::string(key.reason));
    revoked.items.push_back(std::move(entry));
  }
  Json document = Json::object_of({{"apiVersion", "mesh/v1"},
                                   {"kind", "Root"},
                                   {"mesh", root.mesh},
                                   {"expires", to_string(root.expires)}});
  document.members.emplace("serial", Json::number(root.serial));
  document.members.emplace("threshold", Json::number(root.threshold));
  document.members.emplace("keys", lines_of(root.keys));
  document.members.emplace("domains", std::move(domains));
  if (!revoked.items.empty()) document.members.emplace("revoked", std::move(revoked));
  return oci::write_json(document);
}

Result<Root> read_root(std::string_view bytes) {
  if (bytes.size() > kMaxRoot) return fail(Fault::corrupt, "it is too large for a root");
  const auto document = read_document("root.json", std::string(bytes), kRootSchema, Fault::corrupt);
  if (!document) return tl::unexpected(document.error());
  auto root = read_facts((*document)->root());
  if (!root) return root;
  if (const std::string wrong = contradiction(*root); !wrong.empty()) return fail(Fault::corrupt, wrong);
  return root;
}

Result<void> check_root(const Root& root) {
  if (const std::string wrong = contradiction(root); !wrong.empty())
    return fail(Fault::usage, "the root cannot be made: " + wrong);
  for (const DomainKeys& domain : root.domains)
    for (const PublicKey& key : domain.signers)
      if (const Revoked* const revoked = root.revocation_of(key))
        return fail(Fault::usage, "the domain `" + domain.name +
                                      "` names a key as its signer that is revoked since " + revoked->since +
                                      ": " + named(key));
  return {};
}

std::vector<std::string> changes(const Root& before, const Root& after) {
  std::vector<std::string> told;
  if (before.threshold != after.threshold)
    told.push_back("now " + count_of(after.threshold, "signature") + " of the root's keys, before " +
                   std::to_string(before.threshold));
  compare_keys(before.keys, after.keys, "key of the root", told);
  for (const DomainKeys& domain : after.domains) {
    const DomainKeys* const old = before.domain(domain.name);
    if (!old) told.push_back("new domain `" + domain.name + "`");
    if (old && old->prefix != domain.prefix)
      told.push_back("domain `" + domain.name + "` now publishes at `" + domain.prefix + "`");
    compare_keys(old ? old->signers : std::vector<PublicKey>{}, domain.signers,
                 "signer of `" + domain.name + "`", told);
  }
  for (const DomainKeys& domain : before.domains)
    if (!after.domain(domain.name)) told.push_back("no longer domain `" + domain.name + "`");
  for (const Revoked& key : after.revoked)
    if (!before.revocation_of(key.key)) told.push_back("revoked " + named(key.key));
  for (const Revoked& key : before.revoked)
    if (!after.revocation_of(key.key)) told.push_back("no longer revoked " + named(key.key));
  return told;
}

}  // namespace mesh::trust
