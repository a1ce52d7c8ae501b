#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace mesh::rules {

// What physical types of all engines have in common. `unknown` is everything that is not surely one of the
// others: types that users define, and words that mean different things in different engines.
enum class PhysicalFamily : uint8_t {
  unknown,
  text,
  integer,
  decimal,
  floating,
  boolean,
  date,
  timestamp,
  time,
  binary,
  uuid,
  json,
  record,
  list,
  map
};

// `server`: the type of the server that holds the data, "" when it is not known or there are several.
PhysicalFamily physical_family(std::string_view physical, std::string_view server);

// "a number", "a moment", … for messages.
std::string_view described(PhysicalFamily family);

}  // namespace mesh::rules
