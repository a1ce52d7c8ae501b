#include "core/store/store.hpp"

#include "core/base/strings.hpp"
#include "core/base/utf8.hpp"

#include <algorithm>

namespace mesh::store {
namespace {

constexpr size_t kLongestPart = 255;  // what file systems take
constexpr size_t kLongestKey = 1024;  // what object stores take
constexpr uint64_t kLargestProbe = 1 << 20;

tl::unexpected<Error> bad_key(std::string_view key, std::string_view why) {
  return fail(Fault::usage, "`" + printable(key) + "` cannot be a key in a store: " + std::string(why));
}

Result<void> check_part(std::string_view key, std::string_view part) {
  if (part.empty()) return bad_key(key, "a part of it is empty");
  if (part == "." || part == "..") return bad_key(key, "`.` and `..` are no names");
  if (part.size() > kLongestPart) return bad_key(key, "a part of it is longer than 255 bytes");
  if (part.starts_with(".mesh-"))
    return bad_key(key, "names that start with `.mesh-` are for unfinished files");
  return {};
}

Result<void> check_text(std::string_view key) {
  if (key.size() > kLongestKey) return bad_key(key.substr(0, 64), "it is longer than 1024 bytes");
  const auto is_bad = [](unsigned char c) { return c < 0x20 || c == 0x7f || c == '\\'; };
  if (std::any_of(key.begin(), key.end(), is_bad))
    return bad_key(key, "it has a backslash or a control character");
  if (utf8::first_invalid(key)) return bad_key(key, "it is not UTF-8");
  return {};
}

// A token of the same shape that no state ever had: stores may refuse a shape they do not know for another
// reason.
Token another(Token token) {
  constexpr std::string_view kDigits = "0123456789abcdefABCDEF";
  const size_t at = token.find_last_of(kDigits);
  if (at == Token::npos) return token + "0";
  token[at] = token[at] == '1' ? '2' : '1';
  return token;
}

tl::unexpected<Error> no_conditions(const Store& store, std::string_view which) {
  return fail(Fault::usage, store.url() + ": this store has no conditional write: " + std::string(which),
              "publish to a store that honours conditions; without them two publishers can lose each other's "
              "releases");
}

}  // namespace

tl::unexpected<Error> contradiction(const Store& store, std::string_view key) {
  return fail(
      Fault::temporary,
      store.url() + ": the store says of `" + printable(key) + "` that it is there, and that it is not",
      "where a bucket keeps versions, some servers count what was deleted as there: remove its delete "
      "marker");
}

Result<void> check_key(std::string_view key) {
  if (auto good = check_text(key); !good) return good;
  for (const std::string_view part : split(key, '/'))
    if (auto good = check_part(key, part); !good) return good;
  return {};
}

Result<void> check_prefix(std::string_view prefix) {
  if (prefix.empty()) return {};
  return check_key(prefix.ends_with('/') ? prefix.substr(0, prefix.size() - 1) : prefix);
}

Result<std::optional<Object>> Store::get_unless(const Token& known, std::string_view key, uint64_t limit) {
  auto object = get(key, limit);
  if (!object) return pass(std::move(object));
  if (object->token == known) return std::nullopt;
  return std::optional(std::move(*object));
}

Result<Token> Store::swap_pieces(std::string_view key, const std::optional<Token>& expected,
                                 const Pieces& text, const Put& put) {
  return swap(key, expected, text.all(), put);
}

Result<std::vector<std::string>> Store::top_folders() {
  const auto keys = list("");
  if (!keys) return tl::unexpected(keys.error());
  std::vector<std::string> folders;
  for (const std::string& key : *keys) {
    const size_t slash = key.find('/');
    if (slash == key.npos || (!folders.empty() && key.compare(0, slash, folders.back()) == 0)) continue;
    folders.push_back(key.substr(0, slash));
  }
  std::ranges::sort(folders);  // `a-b/` comes before `a/`
  return folders;
}

Result<void> Store::probe(std::string_view key, std::string_view bytes) {
  const Put put{.content_type = "application/json", .caching = Caching::immutable};
  const auto made = create(key, bytes, put);
  if (!made) return fail(made.error().fault, made.error().message, made.error().help);
  const auto again = create(key, bytes, put);
  if (!again) return fail(again.error().fault, again.error().message, again.error().help);
  if (*again != Created::already_there && *made == Created::already_there) return contradiction(*this, key);
  if (*again != Created::already_there)
    return no_conditions(*this, "it replaced an object that was to be created");
  // Its own bytes, so that a store without conditions is found out and still unharmed.
  const auto there = get(key, kLargestProbe);
  if (!there && there.error().fault == Fault::not_found) return contradiction(*this, key);
  if (!there) return fail(there.error().fault, there.error().message, there.error().help);
  auto swapped = swap(key, another(there->token), there->bytes, put);
  if (swapped) return no_conditions(*this, "it replaced an object that somebody else had changed");
  if (swapped.error().fault != Fault::conflict) return pass(std::move(swapped));
  return {};
}

}  // namespace mesh::store
