#include "core/schema/compiled.hpp"

namespace mesh::schema {

uint32_t hash_name(std::string_view name) {
  uint32_t hash = 2166136261u;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
  return hash;
}

uint32_t Schema::Compiled::property(const Members& of, std::string_view name) const {
  if (of.mask == 0) {
    for (uint32_t i = of.first; i < of.first + of.count; ++i)
      if (properties[i].name == name) return properties[i].subschema;
    return kNone;
  }
  for (uint32_t slot = hash_name(name);; ++slot) {
    const uint32_t index = slots[of.slots + (slot & of.mask)];
    if (index == kNone) return kNone;
    if (properties[index].name == name) return properties[index].subschema;
  }
}

}  // namespace mesh::schema
