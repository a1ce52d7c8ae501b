#include "core/base/strings.hpp"
#include "core/store/bucket.hpp"
#include "core/store/s3.hpp"

#include <algorithm>
#include <array>

namespace mesh::store {
namespace {

constexpr auto kByHost = Addressing::by_host;
constexpr auto kByPath = Addressing::by_path;

// The first that fits counts; the last is for everything that speaks the protocol.
constexpr std::array<S3Flavour, 9> kFlavours{{
    {"aws", "*.amazonaws.com", kByHost, "us-east-1"},
    {"aws", "*.amazonaws.com.cn", kByHost, "cn-north-1"},
    {"r2", "*.r2.cloudflarestorage.com", kByPath, "auto"},
    {"ceph", "", kByPath, "us-east-1"},
    {"garage", "", kByPath, "garage"},
    {"minio", "", kByPath, "us-east-1", 304},
    {"versitygw", "", kByPath, "us-east-1"},
    {"s3proxy", "", kByPath, "us-east-1"},
    {"other", "", kByPath, "us-east-1"},
}};

// Regions whose hosts end otherwise than in amazonaws.com.
constexpr std::pair<std::string_view, std::string_view> kPartitions[] = {
    {"cn-", "amazonaws.com.cn"},   {"eusc-", "amazonaws.eu"},      {"us-iso-", "c2s.ic.gov"},
    {"us-isob-", "sc2s.sgov.gov"}, {"us-isof-", "csp.hci.ic.gov"}, {"eu-isoe-", "cloud.adc-e.uk"}};

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

// Those that may be a part of a host are narrower, and AWS has no others. A bucket may not change what the
// host is.
bool is_bucket(std::string_view name, Addressing addressing) {
  if (addressing == Addressing::by_path)
    return name != "." && name != ".." && name.size() <= 255 && !name.empty() &&
           std::ranges::all_of(name, [](char c) {
             return is_lower(c) || is_digit(c) || is_upper(c) || c == '.' || c == '-' || c == '_';
           });
  const auto is_end = [](char c) { return is_lower(c) || is_digit(c); };
  return name.size() >= 3 && name.size() <= 63 && is_end(name.front()) && is_end(name.back()) &&
         name.find("..") == name.npos &&
         std::ranges::all_of(name, [&](char c) { return is_end(c) || c == '.' || c == '-'; });
}

bool is_region(std::string_view name) {
  return !name.empty() && name.size() <= 64 && name.front() != '-' && std::ranges::all_of(name, [](char c) {
    return is_lower(c) || is_upper(c) || is_digit(c) || c == '-' || c == '_';
  });
}

const S3Flavour* flavour_named(std::string_view name) {
  const auto found = std::ranges::find(kFlavours, name, &S3Flavour::name);
  return found == kFlavours.end() ? nullptr : &*found;
}

const S3Flavour* flavour_of(std::string_view host) {
  for (const S3Flavour& flavour : kFlavours)
    if (!flavour.hosts.empty() && glob_match(flavour.hosts, host)) return &flavour;
  return &kFlavours.back();
}

Result<const S3Flavour*> flavour_asked(const S3Options& options, std::string_view host) {
  if (options.flavour.empty()) return flavour_of(host);
  if (const S3Flavour* const flavour = flavour_named(options.flavour)) return flavour;
  std::string known;
  for (const S3Flavour& flavour : kFlavours)
    if (known.find(flavour.name) == known.npos)
      known.append(known.empty() ? "`" : ", `").append(flavour.name).append("`");
  return fail(Fault::usage, "no kind of S3 server is called " + quoted(options.flavour),
              "known are " + known);
}

}  // namespace

std::string_view aws_domain(std::string_view region) {
  for (const auto& [start, domain] : kPartitions)
    if (region.starts_with(start)) return domain;
  return "amazonaws.com";
}

std::string S3Address::url() const { return "s3://" + bucket + (prefix.empty() ? "" : "/" + prefix); }

Result<S3Address> s3_address(std::string_view url, const S3Options& options) {
  constexpr std::string_view kScheme = "s3://";
  if (to_lower(url.substr(0, kScheme.size())) != kScheme)
    return fail(Fault::usage, "an S3 target is written s3://BUCKET/PREFIX");
  if (url.find_first_of("?#") != url.npos)
    return fail(Fault::usage, "an S3 target has no `?` and no `#`",
                "region and endpoint come from AWS_REGION and AWS_ENDPOINT_URL_S3");
  const std::string_view rest = url.substr(kScheme.size());
  S3Address address;
  address.bucket = rest.substr(0, rest.find('/'));
  if (address.bucket.empty())
    return fail(Fault::usage, "an S3 target names a bucket", "write s3://BUCKET/PREFIX");
  auto prefix = tidy_prefix(rest.substr(address.bucket.size()));
  if (!prefix) return pass(std::move(prefix));
  address.prefix = std::move(*prefix);

  Endpoint endpoint;
  if (!options.endpoint.empty()) {
    auto parsed = parse_endpoint(options.endpoint, "the endpoint of S3");
    if (!parsed) return pass(std::move(parsed));
    endpoint = std::move(*parsed);
  }
  const auto flavour = flavour_asked(options, options.endpoint.empty() ? "s3.amazonaws.com" : endpoint.name);
  if (!flavour) return tl::unexpected(flavour.error());
  address.flavour = *flavour;
  address.region = options.region.empty() ? std::string((*flavour)->region) : options.region;
  if (!is_region(address.region))
    return fail(Fault::usage, quoted(address.region) + " cannot be the name of a region");
  if (options.endpoint.empty() && (*flavour)->hosts.empty())
    return fail(Fault::usage, "a server of kind " + quoted(options.flavour) + " needs an endpoint",
                "set AWS_ENDPOINT_URL_S3=https://HOST");
  if (options.endpoint.empty())
    endpoint = {"https", "", "s3." + address.region + "." + std::string(aws_domain(address.region)), ""};

  // The certificate of a host is good for one more part in front of it, not for two.
  const bool has_dots = address.bucket.find('.') != address.bucket.npos;
  const Addressing usual =
      has_dots && endpoint.scheme == "https" ? Addressing::by_path : (*flavour)->addressing;
  const Addressing addressing = options.addressing.value_or(usual);
  const bool is_of_aws = (*flavour)->addressing == Addressing::by_host;
  if (!is_bucket(address.bucket, is_of_aws ? Addressing::by_host : addressing))
    return fail(Fault::usage, quoted(address.bucket) + " cannot be the name of a bucket",
                "it has 3 to 63 of a-z, 0-9, `-` and `.`");
  const bool by_host = addressing == Addressing::by_host;
  address.host = by_host ? address.bucket + "." + endpoint.host : endpoint.host;
  address.origin = endpoint.scheme + "://" + address.host;
  address.path = by_host ? endpoint.path : endpoint.path + "/" + address.bucket;
  return address;
}

}  // namespace mesh::store
