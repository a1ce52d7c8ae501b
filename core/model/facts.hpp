#pragma once

#include "core/base/slab.hpp"
#include "core/text/finding.hpp"
#include "core/text/span.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

// What stays of a manifest once its text and tree are gone: the facts that rules, plans and listings ask for.
namespace mesh::model {

// A string of a manifest with its place; false when the manifest does not have it. The characters belong to
// the document's Pool, where their number stands before them: there are millions of texts.
class Text {
 public:
  Span at;

  Text() = default;

  explicit operator bool() const { return data_ != nullptr; }
  uint32_t size() const {
    uint32_t size = 0;
    if (data_) std::memcpy(&size, data_ - sizeof size, sizeof size);
    return size;
  }
  std::string_view view() const { return {data_, size()}; }
  std::string str() const { return std::string(view()); }
  bool operator==(std::string_view other) const { return data_ && view() == other; }

 private:
  friend class Pool;
  Text(const char* data, Span span) : at(span), data_(data) {}

  const char* data_ = nullptr;
};

// A list whose members belong to the document's Pool, where their number stands before them. Nearly all lists
// of facts are empty.
template <class T>
class List {
 public:
  List() = default;

  bool empty() const { return first_ == nullptr; }
  size_t size() const {
    uint32_t size = 0;
    if (first_) std::memcpy(&size, reinterpret_cast<const char*>(first_) - sizeof size, sizeof size);
    return size;
  }
  T* begin() const { return first_; }
  T* end() const { return first_ + size(); }
  T& operator[](size_t index) const { return first_[index]; }
  T& front() const { return *first_; }

 private:
  friend class Pool;
  explicit List(T* first) : first_(first) {}

  T* first_ = nullptr;
};

// Keeps the texts and lists of one document.
class Pool {
 public:
  Text keep(std::string_view text, Span at);

  // So many members that are still to be filled in.
  template <class T>
  List<T> list(size_t count) {
    static_assert(std::is_trivially_destructible_v<T> && alignof(T) <= kHead);
    if (count == 0) return {};
    T* const first = reinterpret_cast<T*>(room_for(count, count * sizeof(T), alignof(T)));
    std::uninitialized_value_construct_n(first, count);
    return List<T>(first);
  }

 private:
  static constexpr size_t kHead = alignof(uint64_t);

  // So many bytes, behind the number of what they are to hold.
  char* room_for(size_t count, size_t bytes, size_t alignment) {
    const auto number = static_cast<uint32_t>(count);
    char* const room = slab_.take(sizeof number, bytes, alignment);
    std::memcpy(room - sizeof number, &number, sizeof number);
    return room;
  }

  Slab slab_;
};

// `relationships[]` of a property (no `from`) or of a schema object.
struct Relationship {
  Text type;
  List<Text> from, to;  // one entry each, or the parts of a composite key
  Span at;
};

struct PropertyParts;

// The rest of what a property says is in details.hpp, for rules about one document. There are millions of
// properties, and nearly all have none of the parts.
struct Property {
  Text name, logical_type;
  List<PropertyParts> parts;  // one, or none
  Span at;                    // the property's mapping
  std::optional<bool> required, unique, primary_key;

  Text id() const;
  List<Relationship> relationships() const;
  List<Property> properties() const;  // of an object
  List<Property> items() const;       // what an array holds (one), or the key and the value of a map
};

struct PropertyParts {
  Text id;
  List<Relationship> relationships;
  List<Property> properties, items;
};

inline Text Property::id() const { return parts.empty() ? Text{} : parts.front().id; }
inline List<Relationship> Property::relationships() const {
  return parts.empty() ? List<Relationship>{} : parts.front().relationships;
}
inline List<Property> Property::properties() const {
  return parts.empty() ? List<Property>{} : parts.front().properties;
}
inline List<Property> Property::items() const {
  return parts.empty() ? List<Property>{} : parts.front().items;
}

struct SchemaObject {
  Text name, id, physical_name;
  List<Property> properties;
  List<Relationship> relationships;
  Span at;
};

struct Server {
  struct Field {
    std::string_view key;
    Text value;
  };

  Text name, type, environment;  // name: key `server` (ODCS)
  // Where its tables are, as far as it says: `account catalog catalogUrl database dataset endpointUrl host
  // location namespace port project schema serviceName warehouse workspace`.
  std::vector<Field> fields;
  Span at;

  Text field(std::string_view key) const;  // false when it has none
};

struct Named {  // roles, support channels, …
  Text name;
  Span at;
};

struct Sla {
  Text property, element, value, unit;  // value: any scalar, as written
  Span at;
};

// An ODCS document. v2 documents are read into the same facts (standards section 3, "What the versions
// changed").
struct Contract {
  FileId file = kNoFile;
  std::string_view api_version;  // "v3.2.0"; "" when absent
  Text id, version, name, status, domain, data_product, tenant, description;
  Text sla_default_element;
  std::vector<SchemaObject> objects;
  std::vector<Server> servers;
  std::vector<Named> roles, support;
  std::vector<Sla> slas;
  std::vector<Text> foreign_files;  // the files that references lead to, each at its reference
  Span root;                        // the root mapping
  Span first_key;                   // its first key: where something missing is reported
  Pool pool;
};

struct InputContract {
  Text id, version;
  Span at;
};

struct Port {
  Text name, version, contract_id, type;
  std::vector<InputContract> input_contracts;  // output ports only
  bool says_inputs = false;                    // `inputContracts` is there, be it empty
  Span at;
};

// A Bitol ODPS document.
struct Product {
  FileId file = kNoFile;
  std::string_view api_version;
  Text id, version, name, status, domain, tenant, description;
  std::vector<Port> inputs, outputs, management;
  std::vector<Named> support;
  Span root, first_key;
  Pool pool;
};

// An entry of `rules`. Levels are resolved in rules/levels.hpp.
struct LevelSetting {
  std::string pattern;  // a rule id or a glob
  Level level;
  Span at;
  // `when`: it holds for documents of one of these statuses, in one of these domains; empty: for all.
  std::vector<std::string> statuses = {}, domains = {};
  Span domains_at = {};
};

struct Target {
  std::string name, url, environment, profile, region;
  Span at;
};

// `schemas[]` of mesh.yaml: somebody's own schema, beside that of the standard.
struct OwnSchema {
  std::string kind;                            // of the documents it is for: "DataContract"
  std::string file;                            // as written: relative to the folder of mesh.yaml
  std::vector<std::string> statuses, domains;  // `when`; empty: any
  Span at;                                     // of `file`
  std::string problem, help;                   // why it cannot be used, known once it was loaded
};

// mesh.yaml (design section 3).
struct Mesh {
  FileId file = kNoFile;
  std::string name;
  std::vector<std::string> include, exclude;
  struct DomainEntry {  // a glob of folders, or a name with paths
    std::string glob, name;
    std::vector<std::string> paths;
    Span at;
  };
  std::vector<DomainEntry> domains;
  enum class Match : uint8_t { exact, major, any } contract_versions = Match::exact;
  std::string odcs, odps;  // what `mesh new` writes: "3.2.0", "1.1.0"
  std::vector<LevelSetting> rules;
  std::vector<std::string> overridable, externals;
  std::string baseline;  // a file, relative to the folder of mesh.yaml; "" for none
  std::vector<Target> targets;
  struct Naming {
    std::string kind;     // what is named: "object", "property", …
    std::string pattern;  // a style (`snake_case`) or a regular expression for the whole name
    Span at;
  };
  std::vector<Naming> names;
  // What `${NAME}` may stand for, sorted; nothing when nobody said which variables there are.
  std::optional<std::vector<std::string>> variables;
  std::vector<OwnSchema> schemas;
};

// domain.yaml, or an entry of `domains` in mesh.yaml that names paths.
struct Domain {
  FileId file = kNoFile;  // of the domain.yaml, else of mesh.yaml
  std::string folder;     // relative to the workspace's root, "" for the root itself
  std::string name, parent, type, owner_team, owner_email;
  std::vector<LevelSetting> rules;
  std::vector<Target> targets;     // overrides: empty members inherit the mesh's
  std::vector<std::string> files;  // globs below a product's folder that are published with it
  std::vector<std::string> signers;
  Span name_at, parent_at;
  bool is_listed = true;  // false: `domains` in mesh.yaml names its folder nowhere
};

}  // namespace mesh::model
