#include "cmd/trust_report.hpp"

#include "cmd/publishing.hpp"
#include "core/base/json.hpp"
#include "core/base/strings.hpp"

#include <algorithm>
#include <ostream>

namespace mesh::cmd {
namespace {

using crypto::PublicKey;

std::string text_or(const std::string& text, const std::string& other) { return text.empty() ? other : text; }

void write_key(JsonWriter& json, const PublicKey& key) {
  json.key("key").text(crypto::line_of(key)).key("fingerprint").text(crypto::fingerprint(key));
}

void write_keys(JsonWriter& json, std::string_view name, const std::vector<PublicKey>& keys) {
  json.key(name).begin_array();
  for (const PublicKey& key : keys) {
    json.begin_object();
    write_key(json, key);
    json.end_object();
  }
  json.end_array();
}

void write_optional(JsonWriter& json, std::string_view name, const std::string& text) {
  json.key(name);
  text.empty() ? json.null() : json.text(text);
}

void write_root(JsonWriter& json, const trust::Root& root) {
  json.key("mesh").text(root.mesh).key("serial").number(root.serial);
  json.key("expires").text(to_string(root.expires)).key("threshold").number(root.threshold);
  write_keys(json, "keys", root.keys);
  json.key("domains").begin_array();
  for (const trust::DomainKeys& domain : root.domains) {
    json.new_line().begin_object().key("name").text(domain.name).key("prefix").text(domain.prefix);
    write_keys(json, "signers", domain.signers);
    json.end_object();
  }
  json.end_array().key("revoked").begin_array();
  for (const trust::Revoked& revoked : root.revoked) {
    json.new_line().begin_object();
    write_key(json, revoked.key);
    json.key("since").text(revoked.since);
    write_optional(json, "reason", revoked.reason);
    json.end_object();
  }
  json.end_array();
}

using Rows = std::vector<std::vector<std::string>>;

void add_rows(
    Rows& rows, const std::string& what, const std::vector<PublicKey>& keys,
    const std::function<std::string(const PublicKey&)>& note = [](const PublicKey&) { return ""; }) {
  for (const PublicKey& key : keys)
    rows.push_back({"  " + what, crypto::fingerprint(key), text_or(key.comment, "-"), note(key)});
}

void print_contents(std::ostream& out, const trust::Root& root, const trust::SignedRoot* signatures) {
  Rows rows;
  add_rows(rows, "key", root.keys, [&](const PublicKey& key) {
    const bool has = signatures && std::ranges::find(signatures->signers, key) != signatures->signers.end();
    return std::string(has ? "signed" : "");
  });
  for (const trust::DomainKeys& domain : root.domains) {
    add_rows(rows, "signer of " + domain.name, domain.signers);
    if (domain.signers.empty()) rows.push_back({"  domain " + domain.name, "nobody signs for it"});
  }
  for (const trust::Revoked& revoked : root.revoked)
    rows.push_back(
        {"  revoked", crypto::fingerprint(revoked.key), text_or(revoked.key.comment, "-"),
         "since " + revoked.since + (revoked.reason.empty() ? "" : ": " + printable(revoked.reason))});
  print_columns(out, rows);
}

void print_signed(std::ostream& out, const trust::SignedRoot& root, const std::string& state) {
  out << "root " << root.root.serial << " of " << root.root.mesh << "  " << short_digest(root.digest) << "  "
      << state << "\n  expires " << to_string(root.root.expires) << ", needs " << root.root.threshold
      << " of " << count_of(root.root.keys.size(), "key") << "\n";
  print_contents(out, root.root, &root);
}

std::string waits(const trust::SignedRoot& root, const publish::PublishedRoots& published) {
  const trust::SignedRoot* const before = published.with_serial(root.root.serial - 1);
  return text_or(trust::missing_signatures(root, before ? &before->root : nullptr), "can be put in force");
}

void write_published(JsonWriter& json, const TrustReport& report) {
  json.key("published").begin_array();
  for (const trust::SignedRoot& root : report.published.roots) {
    if (root.root.serial < report.published.head) continue;
    json.new_line().begin_object().key("digest").text(root.digest);
    json.key("inForce").boolean(root.root.serial == report.published.head);
    write_root(json, root.root);
    write_keys(json, "signedBy", root.signers);
    json.end_object();
  }
  json.end_array();
}

std::string json_of(const TrustReport& report) {
  JsonWriter json;
  json.begin_object().key("schemaVersion").number(1);
  write_optional(json, "target", report.target);
  json.key("trusted").boolean(!report.pins.empty() && report.problem.empty());
  write_optional(json, "problem", report.problem);
  write_published(json, report);
  json.key("pinned").begin_array();
  for (const trust::Pin& pin : report.pins) {
    json.new_line().begin_object().key("mesh").text(pin.mesh);
    write_optional(json, "target", pin.target);
    json.key("threshold").number(pin.threshold);
    write_keys(json, "keys", pin.keys);
    json.end_object();
  }
  json.end_array().end_object();
  return std::move(json).take();
}

}  // namespace

int fail_root(const std::string& format, Streams& streams, const Error& error) {
  if (format == "json" && error.fault != Fault::usage && error.fault != Fault::internal) {
    JsonWriter json;
    json.begin_object().key("schemaVersion").number(1).key("target").null();
    json.key("action").text("refused").key("digest").null().key("inForce").boolean(false);
    json.key("reason").text(error.message).end_object();
    streams.out << std::move(json).take();
  }
  return fail(streams, error);
}

int fail_trust(const std::string& format, Streams& streams, const Error& error) {
  if (format == "json" && error.fault != Fault::usage && error.fault != Fault::internal)
    streams.out << json_of(TrustReport{{}, {}, {}, {}, error.message});
  return fail(streams, error);
}

void print_root(Streams& streams, const std::string& format, const RootReport& report) {
  const publish::RootChange& change = report.change;
  if (format == "json") {
    JsonWriter json;
    json.begin_object().key("schemaVersion").number(1).key("target").text(report.target);
    json.key("action").text(change.written ? "created" : "unchanged").key("digest").text(change.digest);
    json.key("inForce").boolean(change.missing.empty());
    write_optional(json, "missing", change.missing);
    write_root(json, change.root);
    json.key("changes").begin_array();
    for (const std::string& sentence : report.changes) json.text(sentence);
    json.end_array().end_object();
    streams.out << std::move(json).take();
    return;
  }
  streams.out << "root " << change.root.serial << " of " << change.root.mesh << "  "
              << short_digest(change.digest) << "  "
              << (change.missing.empty() ? "in force" : "waits: it " + change.missing) << "\n  expires "
              << to_string(change.root.expires) << ", needs " << change.root.threshold << " of "
              << count_of(change.root.keys.size(), "key") << "\n";
  if (report.changes.empty()) print_contents(streams.out, change.root, nullptr);
  for (const std::string& sentence : report.changes) streams.out << "  " << printable(sentence) << "\n";
  if (!change.missing.empty())
    streams.out << "\nnext:\n  mesh trust sign --to " << printable(report.target) << " --digest "
                << change.digest << " --sign-key FILE\n";
  else if (report.pin_help)
    streams.out << "\nreaders pin its keys in " << text_or(printable(trust::pins_path()), "trust.yaml")
                << ":\n  mesh trust show --from " << printable(report.target) << " --format pin\n";
}

void print_pin(Streams& streams, const trust::Root& root, const std::string& target) {
  streams.out
      << "# " << text_or(printable(trust::pins_path()), "trust.yaml")
      << "\n# Compare these keys with those that the people of the mesh tell you, by another way than this "
         "target:\n";
  for (const PublicKey& key : root.keys)
    streams.out << "#   " << crypto::fingerprint(key) << "  " << key.comment << "\n";
  streams.out << trust::pin_file({root.mesh, trust::place_of(target), root.threshold, root.keys});
}

void print_trust(Streams& streams, const std::string& format, const TrustReport& report) {
  if (format == "json") {
    streams.out << json_of(report);
    return;
  }
  streams.out << "published at " << printable(report.target) << "\n";
  if (const trust::SignedRoot* const root = report.published.with_serial(report.published.head))
    print_signed(streams.out, *root, "in force");
  if (const trust::SignedRoot* const root = report.published.pending())
    print_signed(streams.out, *root, "waits: it " + waits(*root, report.published));
  if (report.published.roots.empty()) streams.out << "  nothing\n";
  streams.out << "\npinned in " << text_or(printable(report.pins_path), "trust.yaml") << "\n";
  if (report.pins.empty()) streams.out << "  nothing for this target\n";
  for (const trust::Pin& pin : report.pins) {
    streams.out << pin.mesh << " at " << text_or(printable(pin.target), "any target") << ", needs "
                << pin.threshold << " of " << count_of(pin.keys.size(), "key") << "\n";
    Rows rows;
    add_rows(rows, "key", pin.keys);
    print_columns(streams.out, rows);
  }
  if (!report.pins.empty())
    streams.out << "\n" << (report.problem.empty() ? "trusted" : "not trusted") << "\n";
}

}  // namespace mesh::cmd
