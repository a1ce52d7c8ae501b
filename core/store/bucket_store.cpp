#include "core/store/bucket_store.hpp"

#include "core/base/strings.hpp"

#include <algorithm>

namespace mesh::store {

tl::unexpected<Error> BucketStore::failure(const Call& call, Error error) const {
  return std::move(error).in(url() + ": " + std::string(call.verb) +
                             (call.object.empty() ? "" : " " + printable(call.object)));
}

tl::unexpected<Error> BucketStore::too_large(const Call& call, uint64_t limit) const {
  return failure(call, {Fault::corrupt, "it is larger than " + std::to_string(limit) + " bytes", {}});
}

tl::unexpected<Error> BucketStore::denied(const Call& read, tl::unexpected<Error> refusal) {
  if (refusal.value().fault != Fault::refused) return refusal;
  const auto full = key_below(prefix_, read.object);
  const auto page = read_page(Listed(prefix_, read.object, Names::keys), {"list", read.object, "GET", {}});
  const bool is_absent = full && page && std::ranges::find(page->keys, *full) == page->keys.end();
  return is_absent ? failure(read, {Fault::not_found, "it is not there", {}}) : std::move(refusal);
}

Result<Object> BucketStore::get(std::string_view key, uint64_t limit) {
  auto object = read(key, limit, {});
  if (!object) return pass(std::move(object));
  return std::move(**object);
}

Result<std::optional<Object>> BucketStore::get_unless(const Token& known, std::string_view key,
                                                      uint64_t limit) {
  return read(key, limit, is_token(known) ? std::string_view(known) : "");
}

Result<std::vector<std::string>> BucketStore::list(std::string_view prefix) {
  if (auto good = check_prefix(prefix); !good) return pass(std::move(good));
  return names_below(prefix, Names::keys);
}

Result<std::vector<std::string>> BucketStore::top_folders() { return names_below({}, Names::folders); }

Result<std::vector<std::string>> BucketStore::names_below(std::string_view asked, Names names) {
  const Call call{"list", asked, "GET", {}};
  Listed listed(prefix_, asked, names);
  do {
    auto page = read_page(listed, call);
    if (!page) return pass(std::move(page));
    auto& found = names == Names::keys ? page->keys : page->prefixes;
    if (auto added = listed.add(std::move(found), page->next); !added)
      return failure(call, std::move(added).error());
  } while (!listed.next().empty());
  return std::move(listed).take();
}

Result<Created> BucketStore::create(std::string_view key, std::string_view bytes, const Put& put) {
  const auto written = write(key, bytes, put, std::nullopt);
  if (!written) return tl::unexpected(written.error());
  if (written->kind == Written::Kind::now) return Created::now;
  if (written->kind == Written::Kind::not_held) return Created::already_there;
  // Another write was under way. Whether it made the object is known only by looking.
  const auto there = is_there(key);
  if (!there) return tl::unexpected(there.error());
  if (*there) return Created::already_there;
  return failure({"write", key, {}, {}}, {Fault::temporary, "another write is under way", {}});
}

template <class Write>
Result<Token> BucketStore::swap_by(const Write& write, std::string_view key,
                                   const std::optional<Token>& expected) {
  if (auto good = check_key(key); !good) return pass(std::move(good));
  const auto lost = [&](std::string_view why) {
    return fail(Fault::conflict, "`" + printable(key) + "` " + std::string(why));
  };
  // It would be no condition, or another one.
  if (expected && !is_token(*expected)) return lost("was changed by somebody else");
  Result<Written> written = write();
  if (!written) return pass(std::move(written));
  switch (written->kind) {
    case Written::Kind::now:
      return std::move(written->token);
    case Written::Kind::gone:
      return lost("is gone");
    case Written::Kind::not_held:
      return lost(expected ? "was changed by somebody else" : "is there already");
    case Written::Kind::racing:
      return lost("is being changed by somebody else");
  }
  return fail(Fault::internal, "a write has no outcome");
}

Result<Token> BucketStore::swap(std::string_view key, const std::optional<Token>& expected,
                                std::string_view bytes, const Put& put) {
  return swap_by([&] { return write(key, bytes, put, expected); }, key, expected);
}

Result<Token> BucketStore::swap_pieces(std::string_view key, const std::optional<Token>& expected,
                                       const Pieces& text, const Put& put) {
  return swap_by([&] { return write_pieces(key, text, put, expected); }, key, expected);
}

http::Header condition_of(const std::optional<Token>& expected) {
  return expected ? http::Header{"if-match", *expected} : http::Header{"if-none-match", "*"};
}

std::string_view cache_control(const Put& put) {
  return put.caching == Caching::immutable ? "max-age=31536000, immutable" : "no-store";
}

}  // namespace mesh::store
