#include "core/base/strings.hpp"
#include "core/http/url.hpp"
#include "core/store/oci_reply.hpp"
#include "core/store/oci_state.hpp"
#include "tests/fuzz/check_tree.hpp"

// What a registry answers: the first line is a challenge, the second a link, the rest a body. It is read
// without harm, and whatever is made of it an index can say.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace mesh;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const size_t first = std::min(text.find('\n'), size);
  const size_t second = std::min(text.find('\n', std::min(first + 1, size)), size);
  http::Response response;
  response.status = 401;
  response.headers = {{"www-authenticate", text.substr(0, first)},
                      {"link", text.substr(std::min(first + 1, size), second - std::min(first + 1, second))},
                      {"docker-content-digest", text.substr(0, first)},
                      {"content-type", "application/vnd.oci.image.manifest.v1+json"},
                      {"content-length", "7"}};
  response.body = text.substr(std::min(second + 1, size));

  for (const store::Challenge& challenge : store::challenges_of(response))
    fuzz::require(!challenge.scheme.empty() && challenge.parameters.size() <= size, "a challenge has a name");
  fuzz::require(store::next_page(response).size() <= size, "a link is part of what was said");
  // Where to go on: a path stays on the host, and what can be requested means the same again.
  const std::string base = "https://host:5000/v2/a/b?c=d", said = response.headers[1].value;
  const std::string next = http::resolved(base, said);
  if (const auto url = http::parse_url(next)) {
    const std::string_view place = trim(said);
    const bool is_path = place.starts_with('/') && !place.starts_with("//");
    fuzz::require(!is_path || (url->is_tls && url->host == "host" && url->port == 5000),
                  "a path names no host");
    fuzz::require(http::resolved(base, next) == next, "a place is one place");
  }
  fuzz::require(store::registry_failure(response, "host").message.size() < 10'000, "a message has an end");
  static_cast<void>(store::described_by(response));
  for (const char* member : {"tags", "repositories"})
    static_cast<void>(store::read_names(response.body, member));
  if (const auto token = store::read_token(response.body))
    fuzz::require(!token->token.empty() && token->seconds > 0, "a token is something, for some time");
  if (auto referrers = store::read_referrers(response.body)) {
    store::TaggedManifest tagged{"1.0.0", oci::describe(oci::kManifestType, "x"), {}, {}};
    for (oci::Descriptor& one : *referrers)
      (store::is_record(one) ? tagged.records : tagged.referrers).push_back(std::move(one));
    const oci::Index index = store::index_of({tagged});
    const auto again = oci::read_index(oci::index_bytes(index));
    fuzz::require(again.has_value() && store::token_of(*again) == store::token_of(index),
                  "an index is read again");
    const auto records = store::records_for(index, index);
    fuzz::require(records && records->size() == 1, "a swap of nothing is one record");
  }
  return 0;
}
