#include "core/trust/document.hpp"

#include "core/base/strings.hpp"
#include "core/embed/embed.hpp"
#include "core/schema/standards.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <charconv>

namespace mesh::trust {
namespace {

tl::unexpected<Error> wrong(const Source& source, const Finding& finding, Fault fault) {
  const Position place = source.position(finding.at.span.begin);
  return fail(
      fault, fmt::format("{}:{}:{}: {}", printable(source.path()), place.line, place.column, finding.message),
      finding.label.empty() ? finding.help : finding.label);
}

schema::Schema compiled(std::string_view file) {
  auto schema = schema::compile(*embed::find(file));
  assert(schema && "an embedded schema compiles");
  return std::move(*schema);
}

const schema::Schema& schema_of(std::string_view file) {
  static const schema::Schema kRoot = compiled(kRootSchema), kPins = compiled(kPinsSchema);
  return file == kRootSchema ? kRoot : kPins;
}

const Finding* first_error(const Findings& findings) {
  const auto found = std::ranges::find(findings.all(), Level::error, &Finding::level);
  return found == findings.all().end() ? nullptr : &*found;
}

}  // namespace

Result<std::unique_ptr<Document>> read_document(const std::string& name, std::string bytes,
                                                std::string_view schema, Fault fault) {
  auto document = std::make_unique<Document>();
  document->source = Source(name, std::move(bytes));
  Findings findings;
  document->documents = yaml::read(document->source, findings);
  if (const Finding* const error = first_error(findings)) return wrong(document->source, *error, fault);
  if (document->documents.size() != 1)
    return fail(fault, printable(name) + " holds " + count_of(document->documents.size(), "document") +
                           ", and one is asked for");
  schema::check_data(schema_of(schema), document->root(), findings);
  if (const Finding* const error = first_error(findings)) return wrong(document->source, *error, fault);
  return document;
}

Result<std::vector<crypto::PublicKey>> parse_keys(const std::vector<std::string>& lines, Fault fault) {
  std::vector<crypto::PublicKey> keys;
  for (const std::string& line : lines) {
    auto key = crypto::parse_public_key(line);
    if (!key) return fail(fault, key.error().message, key.error().help);
    if (std::ranges::find(keys, *key) != keys.end())
      return fail(fault, "the key " + crypto::fingerprint(*key) + " is there twice");
    keys.push_back(std::move(*key));
  }
  return keys;
}

Result<uint32_t> parse_threshold(yaml::Node mapping, Fault fault) {
  const auto given = mapping.find("threshold");
  if (!given) return 1;
  const std::string_view written = given->text();
  const char* const end = written.data() + written.size();
  uint32_t threshold = 0;
  const auto [stop, problem] = std::from_chars(written.data(), end, threshold);
  if (problem == std::errc{} && stop == end) return threshold;
  return fail(fault, "the threshold `" + printable(written) + "` is not written in digits alone",
              "write it as 2");
}

}  // namespace mesh::trust
