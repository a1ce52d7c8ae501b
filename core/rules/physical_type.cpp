#include "core/rules/physical_type.hpp"

#include "core/model/record.hpp"

#include <string>

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

struct Written {
  std::string base;       // lower case, single spaces, without what stands in brackets
  bool is_list = false;   // `text[]`
  std::string_view size;  // what stands in the first round brackets
};

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

Written take_apart(std::string_view physical) {
  Written written;
  std::string& base = written.base;
  base.resize(physical.size());
  size_t size = 0;
  int depth = 0;
  for (size_t i = 0; i < physical.size(); ++i) {
    const char c = physical[i];
    if (c == '(' || c == '[' || c == '<') {
      if (depth++ == 0 && c == '(' && written.size.empty())
        written.size = physical.substr(i + 1, physical.find(')', i) - i - 1);
      written.is_list |= physical.substr(i).starts_with("[]");
    } else if (c == ')' || c == ']' || c == '>') {
      --depth;
    } else if (depth == 0 && (size == 0 ? !is_space(c) : c != ' ' || base[size - 1] != ' ')) {
      base[size++] = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
  }
  while (size > 0 && is_space(base[size - 1])) --size;
  base.resize(size);
  return written;
}

bool is_one_bit(const Written& written) { return written.size == "1"; }

// What a word means in one engine only.
std::optional<PhysicalFamily> of_engine(const Written& written, std::string_view server) {
  const std::string_view base = written.base;
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
  const auto* const row = kFamilies.find(written.base);
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
