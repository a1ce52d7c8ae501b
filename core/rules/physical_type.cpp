#include "core/rules/physical_type.hpp"

#include "core/model/record.hpp"

#include <algorithm>

namespace mesh::rules {

namespace {

using enum PhysicalFamily;

constexpr model::KeyName<PhysicalFamily> kRows[] = {
    {"array", list},
    {"bigdecimal", decimal},
    {"bigint", integer},
    {"bignumeric", decimal},
    {"bigserial", integer},
    {"binary", binary},
    {"blob", binary},
    {"bool", boolean},
    {"boolean", boolean},
    {"bpchar", text},
    {"bytea", binary},
    {"byteint", integer},
    {"bytes", binary},
    {"char", text},
    {"character", text},
    {"character varying", text},
    {"clob", text},
    {"date", date},
    {"date32", date},
    {"datetime", timestamp},
    {"datetime2", timestamp},
    {"datetimeoffset", timestamp},
    // Whole or not: their scale tells, and it is often left out.
    {"dec", decimal},
    {"decimal", decimal},
    {"double", floating},
    {"double precision", floating},
    {"enum", text},
    {"float", floating},
    {"float32", floating},
    {"float4", floating},
    {"float64", floating},
    {"float8", floating},
    {"hugeint", integer},
    {"int", integer},
    {"int16", integer},
    {"int2", integer},
    {"int32", integer},
    {"int4", integer},
    {"int64", integer},
    {"int8", integer},
    {"integer", integer},
    {"json", json},
    {"jsonb", json},
    {"list", list},
    {"longblob", binary},
    {"longtext", text},
    {"map", map},
    {"mediumint", integer},
    {"mediumtext", text},
    {"nchar", text},
    {"nclob", text},
    {"ntext", text},
    {"number", decimal},
    {"numeric", decimal},
    {"nvarchar", text},
    {"nvarchar2", text},
    {"real", floating},
    {"row", record},
    {"serial", integer},
    {"smallint", integer},
    {"smallserial", integer},
    {"str", text},
    {"string", text},
    {"struct", record},
    {"text", text},
    {"time", time},
    {"timestamp", timestamp},
    {"timestamp with local time zone", timestamp},
    {"timestamp with time zone", timestamp},
    {"timestamp without time zone", timestamp},
    {"timestamp_ltz", timestamp},
    {"timestamp_ntz", timestamp},
    {"timestamp_tz", timestamp},
    {"timestampltz", timestamp},
    {"timestampntz", timestamp},
    {"timestamptz", timestamp},
    {"timetz", time},
    {"tinyint", integer},
    {"tinytext", text},
    {"uint16", integer},
    {"uint32", integer},
    {"uint64", integer},
    {"uint8", integer},
    {"uniqueidentifier", uuid},
    {"uuid", uuid},
    {"varbinary", binary},
    {"varchar", text},
    {"varchar2", text},
    {"variant", json},
    {"xml", text},
};
constexpr model::KeyTable kFamilies(kRows);

constexpr size_t kLongestName =
    std::ranges::max(kRows, {}, [](const auto& row) { return row.name.size(); }).name.size();

struct Written {
  // Lower case, single spaces, without what stands in brackets; nothing of what is longer than any name.
  std::string_view base() const { return {letters, count <= kLongestName ? count : 0}; }

  char letters[kLongestName + 1];
  size_t count = 0;
  bool is_list = false;   // `text[]`
  std::string_view size;  // what stands in the first round brackets
};

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

Written take_apart(std::string_view physical) {
  Written written;
  char* const letters = written.letters;
  size_t count = 0;
  int depth = 0;
  while (!physical.empty() && is_space(physical.back())) physical.remove_suffix(1);
  for (size_t i = 0; i < physical.size(); ++i) {
    const char c = physical[i];
    if (c == '(' || c == '[' || c == '<') {
      if (depth++ == 0 && c == '(' && written.size.empty())
        written.size = physical.substr(i + 1, physical.find(')', i) - i - 1);
      written.is_list |= physical.substr(i).starts_with("[]");
    } else if (c == ')' || c == ']' || c == '>') {
      --depth;
    } else if (depth == 0 && count <= kLongestName &&
               (count == 0 ? !is_space(c) : c != ' ' || letters[count - 1] != ' ')) {
      letters[count++] = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
  }
  while (count > 0 && is_space(letters[count - 1])) --count;
  written.count = count;
  return written;
}

bool is_one_bit(const Written& written) { return written.size == "1"; }

// What a word means in one engine only.
std::optional<PhysicalFamily> of_engine(const Written& written, std::string_view server) {
  const std::string_view base = written.base();
  if (base == "date" && server == "oracle") return timestamp;
  if (base == "timestamp" && server == "sqlserver") return binary;
  if (base == "bit" && (server == "sqlserver" || server == "synapse" || server == "mysql")) return boolean;
  if (base == "tinyint" && is_one_bit(written)) return boolean;
  if (base == "long" && server == "oracle") return text;
  if (base == "long" && (server == "s3" || server == "databricks" || server == "glue" || server == "hive"))
    return integer;
  return std::nullopt;
}

}  // namespace

PhysicalFamily physical_family(std::string_view physical, std::string_view server) {
  const Written written = take_apart(physical);
  if (written.is_list) return list;
  if (const auto special = of_engine(written, server)) return *special;
  const auto* const row = kFamilies.find(written.base());
  return row ? row->key : unknown;
}

std::string_view described(PhysicalFamily family) {
  switch (family) {
    case text:
      return "a text";
    case integer:
      return "a whole number";
    case decimal:
    case floating:
      return "a number";
    case boolean:
      return "true or false";
    case date:
      return "a day";
    case timestamp:
      return "a moment";
    case time:
      return "a time of day";
    case binary:
      return "bytes";
    case uuid:
      return "a UUID";
    case json:
      return "a JSON value";
    case record:
      return "a record";
    case list:
      return "a list";
    case map:
      return "a map";
    case unknown:
      break;
  }
  return "something else";
}

}  // namespace mesh::rules
