#pragma once

#include "core/base/result.hpp"
#include "core/yaml/tree.hpp"

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

// JSON Schema, drafts 7, 2019-09 and 2020-12, over the YAML tree.
namespace mesh::schema {

enum class Draft : uint8_t { draft7, draft2019_09, draft2020_12 };

struct Text;  // a schema document that was read

// Schemas that a `$ref` may name by absolute URI; nothing is ever fetched.
class Registry {
 public:
  // usage: it is not JSON, or the URI has a fragment.
  Result<void> add(std::string_view uri, std::string_view json);
  std::shared_ptr<const Text> find(std::string_view uri) const;

 private:
  std::map<std::string, std::shared_ptr<const Text>, std::less<>> texts_;
};

// A compiled schema: immutable, shared by all threads. One made by default judges nothing: every value is
// valid.
class Schema {
 public:
  struct Compiled;
  std::shared_ptr<const Compiled> compiled;
};

// `json` is the schema document; the draft is that of its `$schema`, else `fallback`. Keywords that this
// engine does not know are annotations, as the drafts say. usage: it is not JSON, a `$ref` leads nowhere or
// in circles, a pattern does not compile, a keyword has the wrong shape, the draft is not known, or there is
// a
// `$dynamicRef` or `$recursiveRef`, which would change what the schema means if it were passed over. The
// message begins with the place: "line:column: …". Only what can be reached from the root is looked at.
Result<Schema> compile(std::string_view json, Draft fallback = Draft::draft2020_12,
                       const Registry* registry = nullptr);

// The same for a schema that somebody keeps in a file: JSON when the path ends in `.json`, YAML when in `.yaml`
// or `.yml`, otherwise what it reads as. The place in a message begins with the path.
Result<Schema> compile_file(std::string path, std::string bytes);

bool is_valid(const Schema& schema, yaml::Node instance);

// `format` is an annotation (core/schema/formats.hpp): values that do not fit are told beside what the schema
// refuses, and never make a value invalid.
enum class Formats : uint8_t {
  ignored,
  lenient,  // text with a variable, `${NAME}`, or a placeholder, `{name}`, is not judged
  strict,   // text with a variable is not judged
};

// One assertion that failed, told with what a message needs. Causes only: an `unevaluatedProperties` that
// fails merely because a sibling applicator failed is left out, and of `oneOf`/`anyOf` only the branch that
// was meant speaks.
struct Violation {
  std::string keyword;  // as in the schema: "required", "enum", "unevaluatedProperties", …; "false"
  yaml::Node instance;  // what the keyword judged
  Span at;              // what to point at (standards section 6, "Where a finding points")
  std::string name;     // the property concerned: required, additional…, dependentRequired, false, not
  std::vector<std::string> known;  // enum/const values, or the property names allowed there
  std::string expected;  // the keyword's own value as text: type names, limit, pattern; the branches of oneOf
  bool known_elsewhere = false;         // a key that other branches of the same schema know
  std::vector<std::string> conditions;  // and what would make it known here: `type: library`
  bool by_format = false;               // fails only because a `format` does: the schema does not refuse it
};

// Of a value that is_valid, only violations `by_format`.
std::vector<Violation> validate(const Schema& schema, yaml::Node instance,
                                Formats formats = Formats::ignored);

}  // namespace mesh::schema
