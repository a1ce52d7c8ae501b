#include "core/find/connect.hpp"

#include "core/base/strings.hpp"
#include "core/find/hidden.hpp"
#include "core/find/quoting.hpp"
#include "tests/unit/temp_folder.hpp"

#include <doctest.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>

namespace mesh::find {
namespace {

const std::array kHostile{
    "x'; DROP TABLE orders; --",
    "x\"; DROP TABLE orders; --",
    "x`; DROP TABLE orders; --",
    "x]; DROP TABLE orders; --",
    "x\\'; y",
    "x\\",
    "\\\\",
    "'",
    "''",
    "\"\"\"",
    "$(touch made)",
    "`touch made`",
    "; touch made",
    "& touch made &",
    "| touch made",
    "> made",
    "-rf",
    "--config=evil",
    "${VAR}",
    "{0} %s {x}",
    "*/ --",
    "#",
    "a=b:c !d",
    "\xc3\xa9t\xc3\xa9 \xe6\x97\xa5\xf0\x9f\x9a\x80",
};

std::string output_of(const std::string& command) {
  FILE* const pipe = ::popen(command.c_str(), "r");
  REQUIRE(pipe);
  std::string out;
  std::array<char, 4096> buffer;
  for (size_t got = 0; (got = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
    out.append(buffer.data(), got);
  CHECK(::pclose(pipe) == 0);
  return out;
}

TEST_CASE("a word of the shell is what it was, whatever it holds") {
  std::string command = "printf '%s\\n'", expected;
  for (const std::string text : kHostile) {
    command += " " + shell_quoted(text);
    expected += text + "\n";
  }
  CHECK(output_of(command + " " + shell_quoted("two\nlines")) == expected + "two\nlines\n");
}

TEST_CASE("a string of Python is what it was, whatever it holds") {
  const test::TempFolder folder;
  std::ofstream script(folder / "script.py");
  std::string expected;
  script << "import sys\n";
  for (const std::string text : kHostile) {
    script << "sys.stdout.buffer.write((" << python_string(text) << " + '\\n').encode())\n";
    expected += text + "\n";
  }
  script << "assert " << python_string("a\n\x1b\x7f\xe2\x80\xae")
         << " == 'a\\n' + chr(27) + chr(127) + chr(0x202e)\n";
  script.close();
  CHECK(output_of("python3 " + shell_quoted(folder / "script.py")) == expected);
}

// The literal that starts there ends where the text does, by the rules of the dialect.
bool is_one_name(Sql dialect, const std::string& quoted) {
  const char close = quoted[0] == '[' ? ']' : quoted[0];
  for (size_t at = 1; at < quoted.size(); ++at) {
    if (dialect == Sql::bigquery && quoted[at] == '\\') {
      ++at;
      continue;
    }
    if (quoted[at] != close) continue;
    if (at + 1 == quoted.size()) return true;
    if (dialect == Sql::bigquery || quoted[at + 1] != close) return false;
    ++at;
  }
  return false;
}

TEST_CASE("a name in SQL never ends before its end") {
  for (const Sql dialect : {Sql::standard, Sql::backticks, Sql::bigquery, Sql::brackets})
    for (const std::string text : kHostile) {
      CAPTURE(text);
      CHECK(is_one_name(dialect, sql_name(dialect, text)));
    }
  for (const std::string text : kHostile) CHECK(is_one_name(Sql::standard, sql_string(text)));
  CHECK(sql_name(Sql::standard, "orders_2") == "orders_2");
  CHECK(sql_name(Sql::standard, "Order") == "\"Order\"");
  CHECK(sql_name(Sql::standard, "2orders") == "\"2orders\"");
  CHECK(sql_name(Sql::standard, "a\"b") == "\"a\"\"b\"");
  CHECK(sql_name(Sql::bigquery, "a`\\b") == "`a\\`\\\\b`");
  CHECK(sql_name(Sql::brackets, "a]b") == "[a]]b]");
  CHECK(sql_string("a'b\\") == "'a''b\\'");
}

TEST_CASE("a value of a properties file stays on its line") {
  CHECK(properties_value("a:9092,b:9092") == "a:9092,b:9092");
  CHECK(properties_value(" a\nb\\c") == "\\ a\\u000ab\\\\c");
  CHECK(properties_value("\xc3\xa9\xf0\x9f\x9a\x80") == "\\u00e9\\ud83d\\ude80");
}

Contract contract_of(const std::string& type, std::vector<Server::Field> fields,
                     const std::string& table = "orders") {
  Contract contract;
  contract.tables.push_back({table, "", "", {}});
  contract.servers.push_back({"main", type, "prod", "", std::move(fields)});
  return contract;
}

std::string text_of(const Contract& contract, const std::string& tool = {}) {
  for (const Snippet& snippet : snippets(contract, ""))
    if (tool.empty() || snippet.tool == tool) return snippet.text + snippet.reason;
  return "nothing";
}

TEST_CASE("tables are named as each system wants them") {
  CHECK(text_of(contract_of("snowflake", {{"database", "SHOP"}, {"schema", "sales"}, {"warehouse", "wh"}})) ==
        "USE WAREHOUSE wh;\nSELECT * FROM SHOP.sales.orders LIMIT 10;\n");
  CHECK(text_of(contract_of("bigquery", {{"project", "my-shop"}, {"dataset", "sales"}})) ==
        "SELECT * FROM `my-shop`.`sales`.`orders` LIMIT 10;\n");
  CHECK(text_of(contract_of("sqlserver", {{"database", "shop"}, {"schema", "dbo"}}, "order")) ==
        "SELECT TOP (10) * FROM [shop].[dbo].[order];\n");
  CHECK(text_of(contract_of("databricks", {{"catalog", "${CATALOG}"}, {"schema", "s"}})) ==
        "SELECT * FROM `${CATALOG}`.`s`.`orders` LIMIT 10;\n");
  CHECK(text_of(contract_of("dremio", {{"schema", "space.my folder"}})) ==
        "SELECT * FROM space.\"my folder\".orders LIMIT 10;\n");
  CHECK(text_of(contract_of("trino", {{"catalog", "lake"}, {"schema", "sales"}}, "other.orders")) ==
        "SELECT * FROM lake.other.orders LIMIT 10;\n");
  CHECK(text_of(contract_of("redshift", {{"database", "d"}, {"schema", "s"}})) ==
        "SELECT * FROM d.s.orders LIMIT 10;\n");
  CHECK(text_of(contract_of("postgres", {{"host", "h"}, {"database", "d"}, {"schema", "s"}})) ==
        "SELECT * FROM s.orders LIMIT 10;\n");
}

TEST_CASE("a database is never taken for a schema that nobody named") {
  CHECK(text_of(contract_of("synapse", {{"database", "shop"}})) ==
        "SELECT TOP (10) * FROM [shop]..[orders];\n");
  CHECK(text_of(contract_of("synapse", {{"database", "shop"}}, "dbo.orders")) ==
        "SELECT TOP (10) * FROM [shop].[dbo].[orders];\n");
  CHECK(text_of(contract_of("synapse", {{"host", "h"}})) == "SELECT TOP (10) * FROM [orders];\n");
  CHECK(text_of(contract_of("presto", {{"host", "h"}, {"catalog", "lake"}})) ==
        "SELECT * FROM orders LIMIT 10;\n");
  CHECK(text_of(contract_of("presto", {{"host", "h"}, {"catalog", "lake"}}, "sales.orders")) ==
        "SELECT * FROM lake.sales.orders LIMIT 10;\n");
}

TEST_CASE("a file of DuckDB is opened, for reading alone") {
  CHECK(text_of(contract_of("duckdb", {{"database", "data/it's.duckdb"}})) ==
        "ATTACH IF NOT EXISTS 'data/it''s.duckdb' AS mesh (READ_ONLY);\n"
        "SELECT * FROM mesh.main.orders LIMIT 10;\n");
  CHECK(text_of(contract_of("duckdb", {{"database", "a.duckdb"}, {"schema", "sales"}})) ==
        "ATTACH IF NOT EXISTS 'a.duckdb' AS mesh (READ_ONLY);\nSELECT * FROM mesh.sales.orders LIMIT 10;\n");
  CHECK(text_of(contract_of("duckdb", {{"database", ":memory:"}, {"schema", "sales"}})) ==
        "SELECT * FROM sales.orders LIMIT 10;\n");
}

TEST_CASE("who speaks SQL is told where to connect to") {
  const auto address = [](const Contract& contract) { return snippets(contract, "").front().address; };
  CHECK(address(contract_of("mysql", {{"host", "h"}, {"port", "3306"}, {"database", "d"}})) == "h:3306");
  CHECK(address(contract_of("oracle", {{"host", "h"}, {"port", "1521"}, {"serviceName", "s"}})) ==
        "h:1521/s");
  CHECK(address(contract_of("db2", {{"host", "h"}, {"port", "1"}, {"database", "d"}})) == "h:1/d");
  CHECK(address(contract_of("postgres", {{"host", "h"}, {"database", "d"}, {"schema", "s"}})) == "h/d");
  CHECK(address(contract_of("snowflake", {{"account", "a"}, {"database", "d"}, {"schema", "s"}})) == "a");
  CHECK(address(contract_of("kafka", {{"host", "h"}})).empty());
}

TEST_CASE("what a manifest should not hold is not shown") {
  Product product;
  product.description = "see https://ana:hunter2@example.com/";
  product.support = {{"chat", "https://ana:hunter2@chat.example.com/", ""}};
  product.contracts = {contract_of("postgres", {{"host", "h"}, {"password", "hunter2"}})};
  product.contracts[0].description = "postgres://ana:hunter2@h/db";
  hide_secrets(product);
  CHECK(product.description.find("hunter2") == std::string::npos);
  CHECK(product.description.find("example.com") != std::string::npos);
  CHECK(product.support[0].url.find("hunter2") == std::string::npos);
  CHECK(product.contracts[0].description.find("hunter2") == std::string::npos);
  CHECK(product.contracts[0].servers[0].field("password") == "***");
  CHECK(product.contracts[0].servers[0].field("host") == "h");
}

TEST_CASE("files are read by DuckDB and PyArrow") {
  const Contract s3 = contract_of(
      "s3",
      {{"location", "s3://lake/orders/"}, {"format", "parquet"}, {"endpointUrl", "http://localhost:9000"}});
  CHECK(text_of(s3, "duckdb").find("read_parquet('s3://lake/orders/**/*.parquet')") != std::string::npos);
  CHECK(text_of(s3, "duckdb").find("ENDPOINT 'localhost:9000', URL_STYLE 'path', USE_SSL false") !=
        std::string::npos);
  CHECK(text_of(s3, "pyarrow")
            .find("ds.dataset(\"lake/orders/\", format=\"parquet\", filesystem=fs.S3FileSystem("
                  "endpoint_override=\"localhost:9000\", scheme=\"http\"))") != std::string::npos);
  const Contract local = contract_of("local", {{"path", "data/*.csv"}, {"format", "csv"}});
  CHECK(text_of(local, "duckdb") == "SELECT * FROM read_csv('data/*.csv') LIMIT 10;\n");
  CHECK(text_of(local, "pyarrow").find("ds.dataset(\"data/\", format=\"csv\")") != std::string::npos);
  const Contract variable = contract_of("gcs", {{"location", "gs://${BUCKET}/orders/*/*.parquet"}});
  CHECK(text_of(variable, "pyarrow").find("ds.dataset(\"gs://${BUCKET}/orders/\"") != std::string::npos);
  CHECK(text_of(variable, "duckdb") ==
        "SELECT * FROM read_parquet('gs://${BUCKET}/orders/*/*.parquet') LIMIT 10;\n");
}

TEST_CASE("whatever a server's values are, Python compiles and the shell parses") {
  const test::TempFolder folder;
  unsigned count = 0;
  std::string scripts;
  for (const std::string text : kHostile) {
    for (const Contract& contract :
         {contract_of("s3", {{"location", "s3://" + text}, {"format", "parquet"}, {"endpointUrl", text}},
                      text),
          contract_of("local", {{"path", text}, {"format", "csv"}}, text),
          contract_of("iceberg", {{"catalogUrl", text}, {"catalog", text}, {"namespace", text}}, text),
          contract_of("postgres", {{"host", text}, {"port", text}, {"database", text}, {"schema", text}},
                      text),
          contract_of("kafka", {{"host", text}}, text), contract_of("api", {{"location", text}}, text)}) {
      for (const Snippet& snippet : snippets(contract, "")) {
        if (snippet.language != "python" && snippet.language != "sh") continue;
        const std::string name =
            folder / (std::to_string(count++) + (snippet.language == "sh" ? ".sh" : ".py"));
        std::ofstream(name) << snippet.text;
      }
    }
  }
  CHECK(count > 100);
  CHECK(output_of("python3 -m py_compile " + shell_quoted(folder.path()) + "/*.py 2>&1").empty());
  CHECK(output_of("for file in " + shell_quoted(folder.path()) + "/*.sh; do bash -n \"$file\" 2>&1; done")
            .empty());
  // Run with tools that do nothing: nothing else runs, nothing is written.
  CHECK(output_of(
            "mkdir " + shell_quoted(folder / "run") + " && cd " + shell_quoted(folder / "run") +
            " && for file in ../*.sh; do ( psql() { :; }; curl() { :; }; . \"$file\" ) 2>/dev/null; done; ls")
            .empty());
}

TEST_CASE("no snippet holds a secret or what cannot be shown") {
  CHECK(text_of(contract_of("api", {{"location", "https://ana:hunter2@example.com/x"}})) ==
        "its `location` may hold a secret");
  CHECK(text_of(contract_of("azure", {{"location", "https://a.blob.core.windows.net/c?sv=1&sig=abc"}})) ==
        "its `location` may hold a secret");
  CHECK(text_of(contract_of("azure", {{"location", "abfss://container@account.dfs.core.windows.net/x"},
                                      {"format", "parquet"}}))
            .find("abfss://container@account") != std::string::npos);
  CHECK(text_of(contract_of("postgres", {{"host", "a\nb"}})) ==
        "its `host` has characters that cannot be shown");
  CHECK(text_of(contract_of("trino", {{"schema", "s"}}, "a\x1b[31mb")) ==
        "its `physicalName` has characters that cannot be shown");
  CHECK(text_of(contract_of("trino", {{"schema", "##[group]x"}})) ==
        "its `schema` has characters that cannot be shown");
  CHECK(text_of(contract_of("kafka", {})) == "it has no `host`");
  CHECK(text_of(contract_of("zen", {{"host", "h"}})) == "`mesh` knows no tool for servers of this type");
}

TEST_CASE("just servers of the environment that is asked for") {
  Contract contract = contract_of("local", {{"path", "a.csv"}, {"format", "csv"}});
  CHECK(snippets(contract, "prod").size() == 2);
  CHECK(snippets(contract, "dev").empty());
}

}  // namespace
}  // namespace mesh::find
