#pragma once

#include "core/model/details.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>

namespace mesh::schema {
class Pattern;
}

namespace mesh::rules {

// Why a property cannot have a value.
struct Misfit {
  std::string why;   // "is no integer"
  yaml::Node limit;  // what says so, beside the type; null when nothing does
};

// What a property may hold: its logical type, its enumeration, its options. Says nothing where people differ:
// numbers and dates written as strings, arrays and objects, formats of dates.
class ValueType {
 public:
  explicit ValueType(const model::PropertyDetails& property);
  ~ValueType();

  std::optional<Misfit> misfit(yaml::Node value) const;

 private:
  bool is_enumerated(yaml::Node value) const;
  std::optional<Misfit> misfit_of_text(yaml::Node value) const;
  std::optional<Misfit> misfit_of_number(yaml::Node value) const;
  yaml::Node option(std::string_view key) const;

  model::LogicalType type_;
  yaml::Node options_, enumeration_;
  std::unordered_set<std::string_view> enumerated_;
  bool has_odd_entries_ = false;
  std::unique_ptr<schema::Pattern> pattern_;  // when it is a plain one
  yaml::Node pattern_node_;
};

}  // namespace mesh::rules
