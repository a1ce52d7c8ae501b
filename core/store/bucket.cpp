#include "core/store/bucket.hpp"

#include "core/base/strings.hpp"
#include "core/http/url.hpp"

#include <algorithm>

namespace mesh::store {
namespace {

constexpr size_t kMostKeys = 10'000'000, kMostPages = 1'000'000;

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' || c == '-' ||
         c == '_' || c == '.' || c == '~';
}

std::string with_port(const http::Url& url) {
  const std::string host = url.host.find(':') == url.host.npos ? url.host : "[" + url.host + "]";
  return url.port == (url.is_tls ? 443 : 80) ? host : host + ":" + std::to_string(url.port);
}

}  // namespace

Result<Endpoint> parse_endpoint(const std::string& text, std::string_view whose) {
  const auto url = http::parse_url(text);
  if (!url) {
    Error error = url.error();
    return std::move(error).in(whose);
  }
  std::string_view path = url->target;
  while (path.ends_with('/')) path.remove_suffix(1);
  // Signed as it is: what would be encoded, or be taken for a query, is not taken.
  if (!std::ranges::all_of(path, is_plain))
    return fail(Fault::usage, std::string(whose) + " has more than a host and a plain path",
                "write https://HOST[:PORT]");
  return Endpoint{url->is_tls ? "https" : "http", url->host, with_port(*url), std::string(path)};
}

Result<std::string> tidy_prefix(std::string_view prefix) {
  while (prefix.starts_with('/')) prefix.remove_prefix(1);
  while (prefix.ends_with('/')) prefix.remove_suffix(1);
  if (auto good = check_prefix(prefix); !good) return pass(std::move(good));
  return std::string(prefix);
}

Result<std::string> key_below(std::string_view prefix, std::string_view key) {
  if (auto good = check_key(key); !good) return pass(std::move(good));
  std::string full = std::string(prefix) + (prefix.empty() ? "" : "/") + std::string(key);
  if (auto good = check_key(full); !good) return pass(std::move(good));
  return full;
}

bool may_be_sent(const Token& token) {
  return !token.empty() && token != "*" &&
         std::ranges::all_of(token, [](unsigned char c) { return c > ' ' && c != 0x7f; });
}

Listed::Listed(std::string_view prefix, std::string_view asked, Names names)
    : root_(prefix.empty() ? "" : std::string(prefix) + "/"), asked_(asked), names_are_(names) {}

Result<void> Listed::add(std::vector<std::string> page, const std::string& next) {
  // A page may be empty and not be the last.
  if ((!next.empty() && next == next_) || ++pages_ > kMostPages || names_.size() + page.size() > kMostKeys)
    return fail(Fault::corrupt, "the list does not end");
  for (std::string& name : page) {
    if (!name.starts_with(root_) || !name.ends_with(delimiter()))
      return fail(Fault::corrupt, "it lists what was not asked for");
    name.erase(0, root_.size());
    if (names_are_ == Names::folders) name.pop_back();
    // What could not be a key is none: others may keep theirs in the bucket.
    if (name.starts_with(asked_) && check_key(name)) names_.push_back(std::move(name));
  }
  next_ = next;
  return {};
}

std::vector<std::string> Listed::take() && {
  std::ranges::sort(names_);  // directory buckets have no order, and `a-b/` comes before `a/`
  names_.erase(std::unique(names_.begin(), names_.end()), names_.end());
  return std::move(names_);
}

}  // namespace mesh::store
