#include "core/store/open.hpp"

#include "core/base/percent.hpp"
#include "core/base/strings.hpp"

#include <algorithm>
#include <optional>

namespace mesh::store {
namespace {

constexpr std::string_view kKnown =
    "this version publishes to folders (`file:` URLs and plain paths), to buckets (s3://BUCKET/PREFIX and "
    "gs://BUCKET/PREFIX), to containers (az://ACCOUNT/CONTAINER/PREFIX) and to registries "
    "(oci://HOST/REPOSITORY)";

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// "s3" of "s3://bucket"; nothing for a plain path.
std::string_view scheme_of(std::string_view url) {
  if (url.empty() || !is_letter(url[0])) return {};
  const auto belongs = [](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
  };
  const size_t end = static_cast<size_t>(std::find_if_not(url.begin(), url.end(), belongs) - url.begin());
  return end < url.size() && url[end] == ':' ? url.substr(0, end) : std::string_view{};
}

Result<std::string> folder_of(std::string_view text) {
  std::string decoded;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '?' || text[i] == '#')
      return fail(Fault::usage, "a `file:` URL has no `?` and no `#`",
                  "write them as %3F and %23 in a folder's name");
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
    if (high < 0 || low < 0)
      return fail(Fault::usage, "a `%` in a URL is followed by two hexadecimal digits");
    const char c = static_cast<char>(high * 16 + low);
    if (c == '\0' || c == '/') return fail(Fault::usage, "%00 and %2F cannot be in the name of a folder");
    decoded += c;
    i += 2;
  }
  return decoded;
}

// The path of `file:…`, without the scheme.
Result<std::string> file_path(std::string_view rest) {
  if (!rest.starts_with("//")) return folder_of(rest);
  rest.remove_prefix(2);
  const std::string_view host = rest.substr(0, rest.find('/'));
  if (!host.empty() && to_lower(host) != "localhost")
    return fail(Fault::usage,
                "a `file:` URL names no host, and `" + printable(host) + "` stands where one would",
                "write file:///folder for an absolute path, file:./folder for a relative one");
  return folder_of(rest.substr(host.size()));
}

// Nothing for a scheme that is none of these.
std::optional<Result<std::unique_ptr<Store>>> open_remote(std::string_view scheme, std::string_view url,
                                                          const Context& context) {
  if (!context.http) return std::nullopt;
  if (scheme == "s3" && context.aws) return s3_store(url, context.s3, context.http, context.aws);
  if (scheme == "az" && context.azure)
    return azure_store(url, context.azure_options, context.http, context.azure);
  if (scheme == "gs" && context.google) return gcs_store(url, context.gcs, context.http, context.google);
  if (scheme == "oci" && context.registries)
    return oci_store(url, context.http, context.registries, context.registry_options);
  return std::nullopt;
}

// How a target of that scheme is written, if it is one of a store that is not on this machine.
std::string_view form_of(std::string_view scheme) {
  if (scheme == "s3") return "s3://BUCKET/PREFIX";
  if (scheme == "gs") return "gs://BUCKET/PREFIX";
  if (scheme == "az") return "az://ACCOUNT/CONTAINER/PREFIX";
  return scheme == "oci" ? "oci://HOST/REPOSITORY" : std::string_view();
}

// Of a URL with that scheme.
std::string_view authority_of(std::string_view url, std::string_view scheme) {
  const std::string_view rest = url.substr(scheme.size() + 1);
  return rest.starts_with("//") ? rest.substr(2, rest.find_first_of("/?#", 2) - 2) : std::string_view{};
}

}  // namespace

Result<void> check_url(std::string_view url) {
  const auto is_control = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
  if (std::any_of(url.begin(), url.end(), is_control))
    return fail(Fault::usage, "a target has no control characters in it");
  const std::string_view scheme = scheme_of(url);
  // Never shown: it may hold a password.
  if (!scheme.empty() && authority_of(url, scheme).find('@') != std::string_view::npos)
    return fail(Fault::usage, "a target's URL has a user name or password in it",
                "take it out: credentials belong in the environment or in a profile");
  return {};
}

std::string shown_url(std::string_view url) {
  const std::string_view scheme = scheme_of(url);
  if (scheme.empty()) return std::string(url);
  const size_t begin = scheme.size() + 1, end = std::min(url.find_first_of("?#", begin), url.size());
  std::string shown(url.substr(0, end));
  if (const size_t at = shown.rfind('@'); at != shown.npos && at >= begin)
    shown.replace(begin, at - begin, shown.compare(begin, 2, "//") == 0 ? "//***" : "***");
  return end < url.size() ? shown + url[end] + "***" : shown;
}

Result<std::unique_ptr<Store>> open(std::string_view url, const std::string& base, const Context& context) {
  if (auto good = check_url(url); !good) return pass(std::move(good));
  std::string path(url);
  if (const std::string_view scheme = scheme_of(url); !scheme.empty()) {
    const std::string_view rest = url.substr(scheme.size() + 1);
    if (auto remote = open_remote(to_lower(scheme), url, context)) {
      if (!*remote) return std::move(*remote);
      return retrying_store(std::move(**remote), context.retry);
    }
    if (const auto form = form_of(to_lower(scheme)); !form.empty() && !rest.starts_with("//"))
      return fail(Fault::usage, "the target has no `//` behind `" + std::string(scheme) + ":`",
                  "write " + std::string(form));
    if (to_lower(scheme) != "file")
      return fail(Fault::usage, "targets of scheme `" + std::string(scheme.substr(0, 32)) + "` are not known",
                  std::string(kKnown));
    auto decoded = file_path(rest);
    if (!decoded) return pass(std::move(decoded));
    path = std::move(*decoded);
  }
  if (path.empty()) return fail(Fault::usage, "the target names no folder", std::string(kKnown));
  if (!path.starts_with('/') && !base.empty() && base != ".") {
    while (path.starts_with("./") && path.size() > 2) path.erase(0, 2);
    path = base + (base.ends_with('/') ? "" : "/") + path;
  }
  return local_store(std::move(path));
}

}  // namespace mesh::store
