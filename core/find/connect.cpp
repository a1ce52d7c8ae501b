#include "core/find/connect.hpp"

#include "core/base/strings.hpp"
#include "core/find/quoting.hpp"
#include "core/rules/secrets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

namespace mesh::find {
namespace {

constexpr std::string_view kRows = "10";

// ---- SQL: one row a type

enum class Limit { limit, top, fetch };

struct Dialect {
  std::string_view type, tool;
  Sql quoting;
  Limit limit;
  std::array<std::string_view, 2> home;  // the fields that a table's name is completed with, outermost first
};

constexpr std::array kDialects{
    Dialect{"snowflake", "snowflake", Sql::standard, Limit::limit, {"database", "schema"}},
    Dialect{"bigquery", "bigquery", Sql::bigquery, Limit::limit, {"project", "dataset"}},
    Dialect{"databricks", "databricks", Sql::backticks, Limit::limit, {"catalog", "schema"}},
    Dialect{"trino", "trino", Sql::standard, Limit::limit, {"catalog", "schema"}},
    Dialect{"presto", "presto", Sql::standard, Limit::limit, {"catalog", "schema"}},
    Dialect{"athena", "athena", Sql::standard, Limit::limit, {"catalog", "schema"}},
    Dialect{"dremio", "dremio", Sql::standard, Limit::limit, {"", "schema"}},
    Dialect{"postgres", "psql", Sql::standard, Limit::limit, {"", "schema"}},
    Dialect{"postgresql", "psql", Sql::standard, Limit::limit, {"", "schema"}},
    Dialect{"redshift", "redshift", Sql::standard, Limit::limit, {"database", "schema"}},
    Dialect{"vertica", "vertica", Sql::standard, Limit::limit, {"", "schema"}},
    Dialect{"sqlserver", "sqlserver", Sql::brackets, Limit::top, {"database", "schema"}},
    Dialect{"synapse", "synapse", Sql::brackets, Limit::top, {"database", ""}},
    Dialect{"mysql", "mysql", Sql::backticks, Limit::limit, {"", "database"}},
    Dialect{"clickhouse", "clickhouse", Sql::bigquery, Limit::limit, {"", "database"}},
    Dialect{"oracle", "oracle", Sql::standard, Limit::fetch, {"", ""}},
    Dialect{"db2", "db2", Sql::standard, Limit::fetch, {"", "schema"}},
    Dialect{"denodo", "denodo", Sql::standard, Limit::limit, {"", "database"}},
    Dialect{"exasol", "exasol", Sql::standard, Limit::limit, {"", "schema"}},
    Dialect{"hana", "hana", Sql::standard, Limit::limit, {"", "schema"}},
    Dialect{"glue", "athena", Sql::standard, Limit::limit, {"", "database"}},
    Dialect{"duckdb", "duckdb", Sql::standard, Limit::limit, {"", "schema"}},
    Dialect{"hive", "hive", Sql::backticks, Limit::limit, {"", "database"}},
    Dialect{"impala", "impala", Sql::backticks, Limit::limit, {"", "database"}},
};

// A table's own name may be written with the schema and the database in front.
std::vector<std::string_view> parts_of(std::string_view name) {
  auto parts = split(name, '.');
  if (std::ranges::any_of(parts, [](std::string_view part) { return part.empty(); })) return {name};
  return parts;
}

// The parts of a table's name, outermost first.
std::vector<std::string_view> qualified(const Dialect& dialect, const Server& server, const Table& table) {
  std::vector<std::string_view> parts = parts_of(table.place());
  const size_t given = parts.size() - 1;
  bool lacks_inner = false;
  for (size_t i = given; i < dialect.home.size(); ++i) {
    const std::string_view key = dialect.home[dialect.home.size() - 1 - i];
    const std::string_view home = key.empty() ? key : server.field(key);
    // A database in front of a table would be read as a schema; SQL Server takes its own where none stands.
    if (home.empty() || (lacks_inner && dialect.quoting != Sql::brackets)) {
      lacks_inner = true;
      continue;
    }
    if (lacks_inner) parts.insert(parts.begin(), std::string_view());
    // Folders of Dremio are written as a path.
    const auto outer = dialect.type == "dremio" ? parts_of(home) : std::vector{home};
    parts.insert(parts.begin(), outer.begin(), outer.end());
  }
  return parts;
}

std::string joined(const Dialect& dialect, const std::vector<std::string_view>& parts) {
  std::string name;
  for (const std::string_view& part : parts)
    name += (&part == &parts.front() ? "" : ".") + (part.empty() ? "" : sql_name(dialect.quoting, part));
  return name;
}

std::string select(const Dialect& dialect, const std::vector<std::string_view>& parts) {
  const std::string name = joined(dialect, parts);
  switch (dialect.limit) {
    case Limit::limit:
      break;
    case Limit::top:
      return fmt::format("SELECT TOP ({}) * FROM {};\n", kRows, name);
    case Limit::fetch:
      return fmt::format("SELECT * FROM {} FETCH FIRST {} ROWS ONLY;\n", name, kRows);
  }
  return fmt::format("SELECT * FROM {} LIMIT {};\n", name, kRows);
}

// A file is opened under a name of ours, for reading alone.
std::string duckdb_table(const Dialect& dialect, const Server& server, const Table& table) {
  constexpr std::string_view kOpened = "mesh";
  const std::string_view file = server.field("database");
  std::vector<std::string_view> parts = qualified(dialect, server, table);
  if (file.empty() || file == ":memory:" || file.starts_with("md:") || parts.size() > 2)
    return select(dialect, parts);
  if (parts.size() == 1) parts.insert(parts.begin(), "main");
  parts.insert(parts.begin(), kOpened);
  return fmt::format("ATTACH IF NOT EXISTS {} AS {} (READ_ONLY);\n", sql_string(file), kOpened) +
         select(dialect, parts);
}

// Where who speaks SQL connects to: statements do not say it, nor the database where their names have none.
std::string address_of(const Dialect& dialect, const Server& server) {
  const bool is_named = std::ranges::find(dialect.home, "database") != dialect.home.end();
  const std::string_view host = server.field("host"), port = server.field("port"),
                         service =
                             server.field(is_named || dialect.type == "oracle" ? "serviceName" : "database");
  if (host.empty()) return std::string(server.field("account"));
  return std::string(host) + (port.empty() ? "" : ":" + std::string(port)) +
         (service.empty() ? "" : "/" + std::string(service));
}

// ---- files

enum class Form { parquet, csv, json, delta, iceberg, other };

Form form_of(const Server& server, std::string_view location) {
  const std::string format = to_lower(server.field("format"));
  const std::string name = to_lower(format.empty() ? location : std::string_view(format));
  if (format == "delta") return Form::delta;
  if (format == "iceberg") return Form::iceberg;
  if (name.ends_with("csv")) return Form::csv;
  if (name.ends_with("json") || name.ends_with("jsonl") || name.ends_with("ndjson")) return Form::json;
  return format.empty() || name.ends_with("parquet") ? Form::parquet : Form::other;
}

std::string_view name_of(Form form) {
  constexpr std::array<std::string_view, 6> kNames{"parquet", "csv", "json", "delta", "iceberg", ""};
  return kNames[static_cast<size_t>(form)];
}

// The folder before the first `*`. The brace of `${VAR}` is none of a glob.
std::string without_glob(std::string_view location) {
  size_t at = 0;
  for (; at < location.size(); ++at) {
    if (location.substr(at).starts_with("${"))
      at = std::min(location.find('}', at), location.size() - 1);
    else if (std::string_view("*?[{").find(location[at]) != std::string_view::npos)
      break;
  }
  if (at >= location.size()) return std::string(location);
  return std::string(location.substr(0, location.rfind('/', at) + 1));
}

bool names_a_file(std::string_view location) {
  const std::string_view last = location.substr(location.rfind('/') + 1);
  return last.find_first_of("*.") != last.npos && !last.ends_with('}');
}

// What DuckDB opens: all files of a folder when a folder is named.
std::string with_glob(std::string_view location, Form form) {
  if (names_a_file(location) || form == Form::delta || form == Form::iceberg) return std::string(location);
  while (location.size() > 1 && location.ends_with('/')) location.remove_suffix(1);
  return fmt::format("{}/**/*.{}", location, name_of(form));
}

std::string duckdb_scan(std::string_view location, Form form) {
  constexpr std::array<std::string_view, 5> kScans{"read_parquet", "read_csv", "read_json", "delta_scan",
                                                   "iceberg_scan"};
  return fmt::format("SELECT * FROM {}({}) LIMIT {};\n", kScans[static_cast<size_t>(form)],
                     sql_string(with_glob(location, form)), kRows);
}

std::string duckdb_extensions(Form form) {
  if (form == Form::delta) return "INSTALL delta; LOAD delta;\n";
  return form == Form::iceberg ? "INSTALL iceberg; LOAD iceberg;\n" : "";
}

struct Endpoint {
  bool is_plain = false;  // http
  std::string host;       // with the port
};

Endpoint endpoint_of(std::string_view url) {
  Endpoint endpoint;
  endpoint.is_plain = url.starts_with("http://");
  if (const size_t scheme = url.find("://"); scheme != url.npos) url.remove_prefix(scheme + 3);
  while (url.ends_with('/')) url.remove_suffix(1);
  endpoint.host = url;
  return endpoint;
}

std::string duckdb_s3(const Server& server, Form form) {
  std::string secret = "CREATE SECRET (TYPE s3, PROVIDER credential_chain";
  if (const std::string_view url = server.field("endpointUrl"); !url.empty()) {
    const Endpoint endpoint = endpoint_of(url);
    secret += fmt::format(", ENDPOINT {}, URL_STYLE 'path', USE_SSL {}", sql_string(endpoint.host),
                          !endpoint.is_plain);
  }
  return "INSTALL httpfs; LOAD httpfs;\nINSTALL aws; LOAD aws;\n" + duckdb_extensions(form) + secret +
         ");\n" + duckdb_scan(server.field("location"), form);
}

std::string duckdb_azure(const Server& server, Form form) {
  return "INSTALL azure; LOAD azure;\n" + duckdb_extensions(form) +
         "CREATE SECRET (TYPE azure, PROVIDER credential_chain);\n" +
         duckdb_scan(server.field("location"), form);
}

std::string pyarrow(const std::string& location, Form form, const std::string& imports,
                    const std::string& filesystem) {
  return fmt::format(
      "import pyarrow.dataset as ds\n{0}\ndata = ds.dataset({1}, format={2}{3})\nprint(data.head({4}))\n",
      imports, python_string(location), python_string(name_of(form)), filesystem, kRows);
}

std::string pyarrow_s3(const Server& server, Form form) {
  std::string location = without_glob(server.field("location"));
  const std::string_view url = server.field("endpointUrl");
  if (url.empty()) return pyarrow(location, form, "", "");
  const Endpoint endpoint = endpoint_of(url);
  if (const size_t scheme = location.find("://"); scheme != location.npos) location.erase(0, scheme + 3);
  return pyarrow(location, form, "from pyarrow import fs\n",
                 fmt::format(", filesystem=fs.S3FileSystem(endpoint_override={}, scheme={})",
                             python_string(endpoint.host), endpoint.is_plain ? "\"http\"" : "\"https\""));
}

bool is_for_pyarrow(Form form) { return form == Form::parquet || form == Form::csv || form == Form::json; }

// ---- all

// What a URL may carry beside the place: user and password, signatures, keys.
bool may_hold_secret(std::string_view key, std::string_view value) {
  const size_t scheme = value.find("://");
  if (scheme != value.npos) {
    const std::string_view rest = value.substr(scheme + 3);
    const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
    // abfss://container@account: no secret, but nothing else has an `@` there by right.
    const bool is_container = value.starts_with("abfs") || value.starts_with("wasb");
    if (const size_t at = authority.rfind('@'); at != authority.npos)
      if (!is_container || authority.substr(0, at).find(':') != authority.npos) return true;
    if (value.find('?') != value.npos) return true;
  }
  return rules::secret_in(value) || rules::secret_under(key, value);
}

// Text that must be written otherwise to be shown would be another value then.
bool can_be_shown(std::string_view value) { return printable(value) == value; }

std::optional<std::string> problem_with(std::string_view key, std::string_view value) {
  if (!can_be_shown(value))
    return fmt::format("its `{}` has characters that cannot be shown", printable(key));
  if (may_hold_secret(key, value)) return fmt::format("its `{}` may hold a secret", printable(key));
  return std::nullopt;
}

class Maker {
 public:
  Maker(const Server& server, std::vector<Snippet>& snippets) : server_(server), snippets_(snippets) {}

  void make(const std::vector<Table>& tables) {
    for (const auto& [key, value] : server_.fields)
      if (const auto problem = problem_with(key, value)) return refuse(*problem);
    const size_t before = snippets_.size();
    const std::string& type = server_.type;
    if (type == "api") return curl();
    if (type == "kafka") {
      if (server_.field("host").empty()) return refuse("it has no `host`");
      consumer_properties();
    }
    if (type == "s3" || type == "local" || type == "azure" || type == "gcs") {
      files();
    } else {
      for (const Table& table : tables) {
        if (table.place().empty()) continue;
        table_ = &table;
        if (const auto problem = problem_with("physicalName", table.place()))
          refuse(*problem);
        else
          read_table(table);
      }
    }
    table_ = nullptr;
    if (snippets_.size() == before)
      refuse(tables.empty() ? "its contract has no table" : "`mesh` knows no tool for servers of this type");
  }

 private:
  void add(std::string tool, std::string language, std::string text, std::string address = {}) {
    snippets_.push_back({server_.name,
                         server_.environment,
                         server_.type,
                         table_ ? table_->name : "",
                         std::move(address),
                         std::move(tool),
                         std::move(language),
                         std::move(text),
                         {}});
  }
  void refuse(std::string reason) {
    snippets_.push_back({server_.name,
                         server_.environment,
                         server_.type,
                         table_ ? table_->name : "",
                         {},
                         {},
                         {},
                         {},
                         std::move(reason)});
  }

  void read_table(const Table& table) {
    if (server_.type == "iceberg") return pyiceberg(table);
    if (server_.type == "kafka") return console_consumer(table);
    const auto dialect = std::ranges::find(kDialects, server_.type, &Dialect::type);
    if (dialect == kDialects.end()) return;
    if (dialect->type == "duckdb") return add("duckdb", "sql", duckdb_table(*dialect, server_, table));
    const std::string statement = select(*dialect, qualified(*dialect, server_, table));
    add(std::string(dialect->tool), "sql", warehouse() + statement, address_of(*dialect, server_));
    if (dialect->tool == "psql") psql(statement);
  }

  std::string warehouse() const {
    const std::string_view name = server_.type == "snowflake" ? server_.field("warehouse") : "";
    return name.empty() ? "" : fmt::format("USE WAREHOUSE {};\n", sql_name(Sql::standard, name));
  }

  // By variables: what follows --dbname is read as a connection string, with options of its own.
  void psql(std::string statement) {
    std::string words;
    for (const auto& [variable, key] :
         {std::pair{"PGHOST", "host"}, {"PGPORT", "port"}, {"PGDATABASE", "database"}})
      if (const std::string_view value = server_.field(key); !value.empty())
        words += fmt::format("{}={} ", variable, shell_quoted(value));
    statement.pop_back();
    add("psql", "sh", fmt::format("{}psql --command={}\n", words, shell_quoted(statement)));
  }

  void pyiceberg(const Table& table) {
    const std::string_view space = server_.field("namespace");
    const std::string place = table.place();
    const std::string name =
        space.empty() || place.find('.') != place.npos ? place : std::string(space) + "." + place;
    // A name of the reader's own would join what is configured for it, its credentials too, with the
    // manifest's URL.
    std::string text =
        "import os\n\nfrom pyiceberg.catalog import load_catalog\n\ncatalog = load_catalog(\n"
        "    \"mesh\",\n    type=\"rest\",\n";
    const std::string_view warehouse =
        server_.field(server_.field("warehouse").empty() ? "catalog" : "warehouse");
    if (const std::string_view url = server_.field("catalogUrl"); !url.empty())
      text += fmt::format("    uri={},\n", python_string(url));
    if (!warehouse.empty()) text += fmt::format("    warehouse={},\n", python_string(warehouse));
    text += "    token=os.environ[\"ICEBERG_TOKEN\"],\n)\n";
    text += fmt::format("table = catalog.load_table({})\nprint(table.scan(limit={}).to_arrow())\n",
                        python_string(name), kRows);
    add("pyiceberg", "python", text);
  }

  void consumer_properties() {
    add("kafka", "properties",
        fmt::format(
            "bootstrap.servers={}\n# Choose a name for your group of consumers.\ngroup.id=my-consumers\n"
            "auto.offset.reset=earliest\n"
            "# Add security.protocol and sasl.* as your cluster asks for them, from where you keep "
            "secrets.\n",
            properties_value(server_.field("host"))));
  }

  void console_consumer(const Table& table) {
    add("kafka", "sh",
        fmt::format("kafka-console-consumer.sh --bootstrap-server={} --topic={} \\\n"
                    "  --consumer.config=consumer.properties --from-beginning --max-messages={}\n",
                    shell_quoted(server_.field("host")), shell_quoted(table.place()), kRows));
  }

  void curl() {
    const std::string_view location = server_.field("location");
    if (location.empty()) return refuse("it has no `location`");
    // A location of another scheme must not make curl read files of this machine. Credentials are those of
    // ~/.netrc, which belong to a host.
    add("curl", "sh",
        fmt::format("curl --fail --silent --show-error --globoff --proto '=http,https' --netrc-optional \\\n"
                    "  --url {}\n",
                    shell_quoted(location)));
  }

  void files() {
    const bool is_local = server_.type == "local";
    const std::string_view location = server_.field(is_local ? "path" : "location");
    if (location.empty()) return refuse(is_local ? "it has no `path`" : "it has no `location`");
    const Form form = form_of(server_, location);
    if (form == Form::other)
      return refuse(
          fmt::format("`mesh` knows no tool for files of format `{}`", printable(server_.field("format"))));
    if (server_.type == "s3") {
      add("duckdb", "sql", duckdb_s3(server_, form));
      if (is_for_pyarrow(form)) add("pyarrow", "python", pyarrow_s3(server_, form));
      return;
    }
    if (server_.type == "azure") return add("duckdb", "sql", duckdb_azure(server_, form));
    add("duckdb", "sql", duckdb_extensions(form) + duckdb_scan(location, form));
    if (is_for_pyarrow(form)) add("pyarrow", "python", pyarrow(without_glob(location), form, "", ""));
  }

  const Server& server_;
  std::vector<Snippet>& snippets_;
  const Table* table_ = nullptr;
};

}  // namespace

std::vector<Snippet> snippets(const Contract& contract, std::string_view environment) {
  std::vector<Snippet> all;
  for (const Server& server : contract.servers)
    if (environment.empty() || server.environment == environment) Maker(server, all).make(contract.tables);
  return all;
}

}  // namespace mesh::find
