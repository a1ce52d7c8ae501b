#pragma once

#include "core/model/reference.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace mesh::rules {

using model::is_url;
using model::parse_reference;
using model::Reference;

// Why a reference leads nowhere in a contract.
struct Missing {
  std::string message;                    // "`orders` has no property `order_idd`"
  std::optional<std::string> suggestion;  // the whole reference, corrected
};

// What a reference leads to.
struct Target {
  const model::SchemaObject* object = nullptr;
  const model::Property* property = nullptr;  // none: the object itself
};

// A property without the lists it is wrapped in.
const model::Property& unwrapped(const model::Property& property);

// Looks references up in one contract, which must outlive it. What was indexed for one is kept for the next.
class ContractParts {
 public:
  explicit ContractParts(const model::Contract& contract) : contract_(contract) {}
  const model::Contract& contract() const { return contract_; }

  // Nothing when it leads somewhere, or when that cannot be told: parts without names (their schema finding
  // says so), sections other than the schema, what is inside a map. `object_needed`: the first name is an
  // object's, even if the contract has only one.
  std::optional<Missing> find_missing(const Reference& reference, bool object_needed = true);

  // What it leads to; of several parts of one name the first. Nothing where find_missing cannot tell either.
  std::optional<Target> find(const Reference& reference);

 private:
  using Properties = model::List<model::Property>;

  // One list of objects or properties by their words.
  struct Index {
    std::unordered_map<std::string_view, std::vector<uint32_t>> by_name;
    std::unordered_map<std::string_view, uint32_t> by_id;
    size_t longest_name = 0;
    bool has_nameless = false;
  };
  enum class Search { found, unclear, missing };
  struct Deepest {  // how far a search by name got, for the message
    std::string_view rest;
    std::optional<Properties> there;
    std::string_view owner;
  };

  template <class Parts>
  const Index& index_of(const Parts& parts);
  template <class Parts, class Visit>
  void each_named(const Parts& parts, std::string_view path, const Visit& visit);
  Search search(Properties properties, std::string_view path, std::string_view owner, Deepest& deepest);
  const model::Property* property_at(Properties properties, std::string_view path);
  std::optional<Target> find_by_id(std::string_view path);
  std::optional<Missing> missing_by_name(std::string_view path, bool object_needed);
  std::optional<Missing> missing_by_id(std::string_view path);
  Missing missing_property(std::string_view path, const Deepest& deepest);
  template <class Parts>
  Missing missing_id(const Parts& parts, std::string_view what, const std::vector<std::string_view>& path,
                     size_t at);
  template <class Parts, class Word>
  std::vector<std::string> words(const Parts& parts, const Word& word_of);

  const model::Contract& contract_;
  std::unordered_map<const void*, Index> indexes_;  // by the first of the list
  size_t suggestions_ = 0;
};

}  // namespace mesh::rules
