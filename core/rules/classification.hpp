#pragma once

#include "core/model/details.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace mesh::rules {

// Whether a classification says that not everybody may see the data: `restricted`, `confidential`, `pii` and
// their like, whatever case and separators.
bool is_protected_class(std::string_view classification);

// What a contract says about hiding the values of its properties: an encrypted column, a mask, a hash, at the
// property, its object or the contract.
class Protection {
 public:
  explicit Protection(const model::ContractDetails& contract) : contract_(contract) {}

  bool is_hidden(const model::PropertyDetails& property);

 private:
  bool is_around_hidden(uint32_t object);

  const model::ContractDetails& contract_;
  // What was found for the contract and for the object last asked about.
  std::optional<bool> contract_hidden_, object_hidden_;
  uint32_t object_ = model::kNoIndex;
};

}  // namespace mesh::rules
