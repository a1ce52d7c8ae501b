#pragma once

#include "cmd/command.hpp"
#include "cmd/network.hpp"
#include "core/base/json.hpp"
#include "core/find/product.hpp"
#include "core/oci/json.hpp"
#include "core/store/store.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What list, show and search have in common.
namespace mesh::cmd {

struct FindFlags {
  std::optional<std::string> from;
  std::string format = "text";
  unsigned jobs = 0;
  bool allow_empty = false;
  NetworkFlags network;
};
Option from_option(FindFlags& flags);
Option find_jobs_option(FindFlags& flags);

struct Found {
  std::vector<find::Product> products;  // by domain and name
  std::string target;                   // "" for the workspace
  int code = kOk;                       // not 0 when some could not be read; that was told
};

// The products of the mesh around this folder, or of the target that is asked for: of it those of the domains
// that are wanted. not_found when there is none and that is not allowed.
Result<Found> find_products(const FindFlags& flags, Streams& streams,
                            const std::function<bool(std::string_view domain)>& is_wanted);

// {"schemaVersion": 1, "target": …, KEY: [ — the start of a document.
void begin_document(JsonWriter& json, const std::string& target);

// What all three tell of a product, its members' values; the caller opens and closes the object.
void write_product(JsonWriter& json, const find::Product& product, bool with_contracts);

// "sales/orders  1.1.0  active  …", one row each, as wide as the terminal when there is one. `below` adds
// lines.
void print_products(Streams& streams, const std::vector<const find::Product*>& products,
                    const std::function<std::string(size_t)>& below = {});

// The start of the text that fits, with `…` in the place of the rest; to be shown.
std::string cut(std::string_view text, size_t columns);

// Printable, in one line.
std::string one_line(std::string_view text);

// In lines of at most so many columns, each after `indent` blanks and with its end.
std::string wrapped(std::string_view text, size_t indent, size_t columns);

}  // namespace mesh::cmd
