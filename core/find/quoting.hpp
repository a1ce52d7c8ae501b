#pragma once

#include <string>
#include <string_view>

// Values written into other languages. Whatever a value holds, it stays one value there; `${VAR}` stays as it
// is.
namespace mesh::find {

// "text" as a string of Python 3. What cannot be seen is escaped.
std::string python_string(std::string_view text);

// A value of a Java properties file, of one line.
std::string properties_value(std::string_view text);

// How a dialect of SQL quotes.
enum class Sql {
  standard,   // "name"; a quote is doubled, a backslash is nothing special
  backticks,  // `name`; a backtick is doubled (Spark, MySQL)
  bigquery,   // `name` with escapes by backslash
  brackets,   // [name] (SQL Server)
};

// An identifier. In standard SQL plain names that are no words of it stay without quotes, so that a system
// that folds case finds them; elsewhere quotes change nothing but the look.
std::string sql_name(Sql dialect, std::string_view name);

// 'text' as a string literal of standard SQL (DuckDB).
std::string sql_string(std::string_view text);

}  // namespace mesh::find
