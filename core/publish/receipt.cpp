#include "core/publish/receipt.hpp"

#include "core/base/strings.hpp"

namespace mesh::publish {
namespace {

std::string quoted_or_null(std::string_view text) { return text.empty() ? "null" : json_quote(text); }

}  // namespace

std::string_view name_of(Action action) {
  switch (action) {
    case Action::created:
      return "created";
    case Action::updated:
      return "updated";
    case Action::unchanged:
      return "unchanged";
    case Action::refused:
      return "refused";
  }
  return "refused";
}

std::string receipts_json(std::string_view target, const std::vector<Receipt>& receipts) {
  std::string json = "{\"schemaVersion\": 1, \"target\": " + quoted_or_null(target) + ", \"releases\": [";
  for (const Receipt& receipt : receipts) {
    json += &receipt == &receipts.front() ? "\n  " : ",\n  ";
    json += "{\"domain\": " + quoted_or_null(receipt.identity.domain) +
            ", \"product\": " + quoted_or_null(receipt.identity.product) +
            ", \"version\": " + quoted_or_null(receipt.version) +
            ", \"digest\": " + quoted_or_null(receipt.digest) + ", \"action\": \"" +
            std::string(name_of(receipt.action)) + "\", \"reason\": " + quoted_or_null(receipt.reason);
    if (!receipt.target.empty()) json += ", \"target\": " + json_quote(receipt.target);
    json += "}";
  }
  return json + (receipts.empty() ? "]}\n" : "\n]}\n");
}

}  // namespace mesh::publish
