#pragma once

#include "core/model/facts.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

// References between the parts of contracts (standards section 3): `schema/<id>/properties/<id>` by ids,
// `object.property.nested` by names, either after `file.yaml#`.
namespace mesh::rules {

struct Reference {
  std::string_view file;  // before the `#`: a path or a URL; empty for the contract itself
  std::string_view path;  // the rest, without a leading `/`
  bool by_id = false;     // has a `/`
};

// Nothing for what is no such reference; the schema judges its form.
std::optional<Reference> parse_reference(std::string_view text);
bool is_url(std::string_view file);

// Why a reference leads nowhere in a contract.
struct Missing {
  std::string message;                    // "`orders` has no property `order_idd`"
  std::optional<std::string> suggestion;  // the whole reference, corrected
};

// Looks references up in one contract, which must outlive it. What was indexed for one is kept for the next.
class ContractParts {
 public:
  explicit ContractParts(const model::Contract& contract) : contract_(contract) {}
  const model::Contract& contract() const { return contract_; }

  // Nothing when it leads somewhere, or when that cannot be told: parts without names (their schema finding
  // says so), sections other than the schema, what is inside a map. `object_needed`: the first name is an
  // object's, even if the contract has only one.
  std::optional<Missing> find_missing(const Reference& reference, bool object_needed = true);

 private:
  // One list of objects or properties by their words.
  struct List {
    std::unordered_map<std::string_view, std::vector<uint32_t>> by_name;
    std::unordered_map<std::string_view, uint32_t> by_id;
    size_t longest_name = 0;
    bool has_nameless = false;
  };
  enum class Search { found, unclear, missing };
  struct Deepest {  // how far a search by name got, for the message
    std::string_view rest;
    const std::vector<model::Property>* there = nullptr;
    std::string_view owner;
  };

  template <class Part>
  const List& list_of(const std::vector<Part>& parts);
  template <class Part, class Visit>
  void each_named(const std::vector<Part>& parts, std::string_view path, const Visit& visit);
  Search search(const std::vector<model::Property>& properties, std::string_view path, std::string_view owner,
                Deepest& deepest);
  std::optional<Missing> missing_by_name(std::string_view path, bool object_needed);
  std::optional<Missing> missing_by_id(std::string_view path);
  Missing missing_property(std::string_view path, const Deepest& deepest);
  template <class Part>
  Missing missing_id(const std::vector<Part>& parts, std::string_view what,
                     const std::vector<std::string_view>& path, size_t at);
  template <class Part>
  std::vector<std::string> words(const std::vector<Part>& parts, model::Text Part::*word);

  const model::Contract& contract_;
  std::unordered_map<const void*, List> lists_;
  size_t suggestions_ = 0;
};

}  // namespace mesh::rules
