#include "cmd/commands.hpp"
#include "cmd/finding.hpp"
#include "cmd/publishing.hpp"
#include "core/base/strings.hpp"
#include "core/base/utf8.hpp"
#include "core/find/connect.hpp"
#include "core/find/hidden.hpp"
#include "core/find/search.hpp"
#include "core/model/version.hpp"
#include "core/publish/described.hpp"

#include <algorithm>
#include <memory>
#include <ostream>

namespace mesh::cmd {
namespace {

struct Flags : FindFlags {
  std::string product;
  std::optional<std::string> environment;
  bool connect = false;
};

struct Shown {
  find::Product product;
  std::string target;
};

// ---- which product

Error unknown_product(const std::vector<find::Product>& products, const std::string& asked, bool is_target) {
  Error error{Fault::not_found,
              "there is no data product `" + printable(asked) + "` " + (is_target ? "there" : "here"),
              is_target ? "`mesh list` with the same `--from` shows those there are"
                        : "`mesh list` shows those there are"};
  std::vector<std::string> known;
  for (const find::Product& product : products) known.push_back(product.address());
  for (const find::Product& product : products) known.push_back(product.key);
  if (const auto near = nearest(asked, known)) error.help = "did you mean `" + printable(*near) + "`?";
  return error;
}

// By address, or by the product's name alone when it is one product's.
Result<find::Product> chosen(const std::vector<find::Product>& products, const std::string& asked,
                             bool is_target) {
  std::vector<const find::Product*> fitting;
  for (const find::Product& product : products) {
    if (product.address() == asked) return product;
    if (product.key == asked) fitting.push_back(&product);
  }
  if (fitting.empty()) return tl::unexpected(unknown_product(products, asked, is_target));
  if (fitting.size() == 1) return *fitting.front();
  std::string all;
  for (const find::Product* product : fitting) all += (all.empty() ? "`" : ", `") + product->address() + "`";
  return mesh::fail(Fault::usage, "several domains have a product `" + printable(asked) + "`",
                    "name one of " + all);
}

bool is_version_here(const find::Product& product, const std::string& version) {
  if (version.empty() || version == model::kLatestTag) return true;
  if (version == model::kSnapshotTag) return model::is_snapshot(product.version, product.status);
  const auto wanted = model::parse_version(version), has = model::parse_version(product.version);
  return wanted && has && *wanted == *has;
}

Result<Shown> from_workspace(const Flags& flags, const std::string& name, const std::string& version,
                             Streams& streams) {
  const auto found = find_products(flags, streams, [](std::string_view) { return true; });
  if (!found) return tl::unexpected(found.error());
  auto product = chosen(found->products, name, false);
  if (!product) return pass(std::move(product));
  if (!is_version_here(*product, version))
    return mesh::fail(Fault::not_found,
                      "the version of `" + printable(product->address()) + "` here is `" +
                          printable(product->version) + "`, not `" + printable(version) + "`",
                      "published versions are shown with `--from TARGET`");
  return Shown{std::move(*product), ""};
}

// `code`: what was unreadable where the name was looked for, and told.
Result<Shown> from_target(const Flags& flags, const std::string& name, const std::string& version,
                          Streams& streams, int& code) {
  std::string address = name;
  const auto all = [](std::string_view) { return true; };
  if (name.find('/') == name.npos) {
    const auto found = find_products(flags, streams, all);
    if (!found) return tl::unexpected(found.error());
    code = found->code;
    const auto product = chosen(found->products, name, true);
    if (!product) return tl::unexpected(product.error());
    address = product->address();
  }
  const auto wanted = publish::parse_wanted(address + (version.empty() ? "" : "@" + version));
  if (!wanted) return tl::unexpected(wanted.error());
  const auto store = open_source(flags.network, *flags.from, wanted->identity.domain);
  if (!store) return tl::unexpected(store.error());
  auto product = publish::read_published(**store, *wanted);
  if (product) return Shown{std::move(*product), (*store)->url()};
  if (product.error().fault == Fault::not_found && product.error().help.empty())
    if (const auto found = find_products(flags, streams, all))
      return tl::unexpected(unknown_product(found->products, name, true));
  return pass(std::move(product));
}

// ---- text

class Page {
 public:
  Page(Streams& streams, const find::Product& product)
      : out_(streams.out),
        width_(streams.out_is_terminal ? streams.width : 100),
        product_(product),
        bold_(streams.color_out) {}

  void print() {
    title();
    facts();
    ports("output ports", product_.outputs);
    ports("input ports", product_.inputs);
    for (const find::Contract& contract : product_.contracts) print(contract);
  }

 private:
  std::string strong(const std::string& text) const { return bold_ ? "\x1b[1m" + text + "\x1b[0m" : text; }
  void heading(const std::string& text) { out_ << "\n" << strong(text) << "\n"; }

  void title() {
    out_ << strong(printable(product_.address())) << (product_.version.empty() ? "" : " ")
         << printable(product_.version) << "\n";
    if (!product_.name.empty() && product_.name != product_.key) out_ << printable(product_.name) << "\n";
    out_ << wrapped(product_.description, 2, width_) << "\n";
  }

  void fact(std::string_view name, const std::string& value) {
    if (value.empty()) return;
    constexpr size_t kIndent = 13;
    std::string text = wrapped(value, kIndent, width_);
    text.replace(0, name.size(), name);
    out_ << text;
  }

  void facts() {
    fact("status", product_.status);
    fact("reason", product_.reason);
    fact("use instead", product_.replacement);
    fact("owner", product_.owner);
    std::string versions;
    bool is_newest = true;
    for (const find::Release& release : product_.releases) {
      versions += (versions.empty() ? "" : ", ") + release.version;
      if (release.is_yanked) versions += " (yanked)";
      if (!release.is_yanked && is_newest) {
        versions += " (newest)";
        is_newest = false;
      }
    }
    fact("versions", versions);
    fact("tags", join(product_.tags, ", "));
    fact("usage", product_.usage);
    fact("limitations", product_.limitations);
    for (const find::Channel& channel : product_.support)
      fact("support", channel.name + (channel.url.empty() ? "" : " " + channel.url));
    fact("id", product_.id);
  }

  void ports(const std::string& title, const std::vector<find::Port>& ports) {
    if (ports.empty()) return;
    heading(title);
    for (const find::Port& port : ports) {
      std::string line = "  " + printable(port.name);
      for (const std::string* more : {&port.version, &port.type})
        if (!more->empty()) line += " " + printable(*more);
      if (!port.contract_id.empty()) line += ", contract " + printable(port.contract_id);
      out_ << line << "\n" << wrapped(port.description, 4, width_);
    }
  }

  void print(const find::Contract& contract) {
    heading("contract " + printable(contract.id) +
            (contract.version.empty() ? "" : " " + printable(contract.version)) +
            (contract.status.empty() ? "" : " (" + printable(contract.status) + ")"));
    out_ << wrapped(contract.description, 2, width_);
    for (const find::Table& table : contract.tables) print(table);
    if (!contract.levels.empty()) out_ << "\n  service levels\n";
    for (const find::ServiceLevel& level : contract.levels)
      out_ << "    " << printable(level.property) << " " << printable(level.value)
           << (level.unit.empty() ? "" : " ") << printable(level.unit)
           << (level.element.empty() ? "" : ", of " + printable(level.element)) << "\n";
    if (!contract.servers.empty()) out_ << "\n  servers (`--connect` shows how to read them)\n";
    for (const find::Server& server : contract.servers)
      out_ << "    " << printable(server.name) << "  " << printable(server.type)
           << (server.environment.empty() ? "" : ", environment " + printable(server.environment)) << "\n";
    for (const find::Channel& channel : contract.support)
      out_ << "\n  support " << printable(channel.name) << " " << printable(channel.url) << "\n";
  }

  void print(const find::Table& table) {
    out_ << "\n  table " << printable(table.name)
         << (table.place() == table.name ? "" : ", stored as " + printable(table.physical_name)) << "\n"
         << wrapped(table.description, 4, width_);
    std::vector<std::vector<std::string>> rows;
    for (const find::Column& column : table.columns) {
      std::string type = printable(column.logical_type);
      if (!column.physical_type.empty())
        type += (type.empty() ? "" : " ") + ("(" + printable(column.physical_type) + ")");
      std::string marks = column.primary_key ? "key" : column.unique ? "unique" : "";
      if (column.required) marks += marks.empty() ? "required" : ", required";
      rows.push_back(
          {printable(column.name), type, marks, printable(column.classification), column.description});
    }
    print_rows(rows);
  }

  void print_rows(const std::vector<std::vector<std::string>>& rows) {
    std::vector<size_t> widths(rows.empty() ? 0 : rows[0].size());
    for (const auto& row : rows)
      for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], utf8::length(row[i]));
    for (const auto& row : rows) {
      std::string line = "   ";
      for (size_t i = 0; i + 1 < row.size(); ++i)
        if (widths[i] > 0) line += " " + row[i] + std::string(widths[i] - utf8::length(row[i]) + 1, ' ');
      constexpr size_t kUseful = 24;
      const size_t indent = utf8::length(line) + 1;
      const std::string text = wrapped(row.back(), indent, width_);
      // The description goes on behind the row, and below it in lines of its own.
      if (!text.empty() && indent + kUseful <= width_) {
        out_ << line << text.substr(indent - 1);
        continue;
      }
      line.erase(line.find_last_not_of(' ') + 1);
      out_ << line << "\n" << wrapped(row.back(), 8, width_);
    }
  }

  std::ostream& out_;
  size_t width_;
  const find::Product& product_;
  bool bold_;
};

// ---- snippets

void print_snippets(Streams& streams, const std::vector<find::Snippet>& snippets) {
  bool is_first = true;
  for (const find::Snippet& snippet : snippets) {
    const std::string place =
        "server `" + printable(snippet.server) + "` (" + printable(snippet.type) +
        (snippet.environment.empty() ? "" : ", environment " + printable(snippet.environment)) + ")" +
        (snippet.address.empty() ? "" : " at " + quoted(snippet.address)) +
        (snippet.table.empty() ? "" : ", table `" + printable(snippet.table) + "`");
    if (snippet.text.empty()) {
      if (!streams.global.quiet)
        streams.err << "note: no way to read " << place << ": " << snippet.reason << "\n";
      continue;
    }
    streams.out << (is_first ? "" : "\n") << (snippet.language == "sql" ? "-- " : "# ") << place << ", with "
                << snippet.tool << " (" << snippet.language << ")\n"
                << printable(snippet.text, true);
    is_first = false;
  }
}

void write_snippets(JsonWriter& json, const std::vector<find::Snippet>& snippets) {
  json.new_line().key("connect").begin_array();
  const auto text = [&](const char* key, const std::string& value) {
    json.key(key);
    value.empty() ? json.null() : json.text(value);
  };
  for (const find::Snippet& snippet : snippets) {
    json.new_line().begin_object();
    text("server", snippet.server);
    text("environment", snippet.environment);
    text("type", snippet.type);
    text("table", snippet.table);
    text("address", snippet.address);
    text("tool", snippet.tool);
    text("language", snippet.language);
    text("text", snippet.text);
    text("reason", snippet.reason);
    json.end_object();
  }
  json.end_array();
}

int run(const Flags& flags, Streams& streams) {
  if (flags.environment && !flags.connect)
    return fail(streams, {Fault::usage, "`--environment` is for `--connect`", ""});
  const size_t at = flags.product.find('@');
  const std::string name = flags.product.substr(0, at);
  const std::string version = at == std::string::npos ? "" : flags.product.substr(at + 1);
  // Whether it can be a version does not depend on where one looks.
  if (const auto good =
          publish::parse_wanted("x/x" + flags.product.substr(std::min(at, flags.product.size())));
      !good)
    return fail(streams, good.error());
  int code = kOk;
  auto shown = flags.from ? from_target(flags, name, version, streams, code)
                          : from_workspace(flags, name, version, streams);
  std::vector<find::Snippet> snippets;
  if (shown && flags.connect)
    for (const find::Contract& contract : shown->product.contracts)
      std::ranges::move(find::snippets(contract, flags.environment.value_or("")),
                        std::back_inserter(snippets));
  if (shown) find::hide_secrets(shown->product);
  if (flags.format == "json" && (shown || shown.error().fault != Fault::usage)) {
    JsonWriter json;
    begin_document(json, shown ? shown->target : "");
    json.new_line().key("product");
    if (shown) {
      write_product(json.begin_object(), shown->product, true);
      json.end_object();
    } else {
      json.null();
    }
    if (flags.connect) write_snippets(json, snippets);
    json.end_object();
    streams.out << std::move(json).take();
  }
  if (!shown) return worst(code, fail(streams, shown.error()));
  if (flags.connect && snippets.empty())
    return fail(streams,
                {Fault::not_found,
                 "the contracts of `" + printable(shown->product.address()) + "` name no server" +
                     (flags.environment ? " of the environment `" + printable(*flags.environment) + "`" : ""),
                 ""});
  if (flags.format == "json") return kOk;
  if (flags.connect)
    print_snippets(streams, snippets);
  else
    Page(streams, shown->product).print();
  return kOk;
}

}  // namespace

Command show() {
  const auto flags = std::make_shared<Flags>();
  Command command{
      .name = "show",
      .summary = "show what a data product is, holds and promises, and how to read it",
      .group = kFind,
      .options =
          {{"PRODUCT",
            "PRODUCT",
            "DOMAIN/PRODUCT, or PRODUCT where one domain has it; with @VERSION for another than the newest",
            &flags->product,
            {},
            Hint::product,
            true},
           {"--connect", "", "print how to read its tables, ready to copy", &flags->connect},
           {"--environment", "NAME", "with --connect: just servers of this environment", &flags->environment},
           from_option(*flags),
           {"--format", "NAME", "how to print it", &flags->format, {"text", "json"}},
           find_jobs_option(*flags)},
      .run = [flags](Streams& streams) { return run(*flags, streams); },
  };
  return with_network(std::move(command), flags->network, &flags->jobs);
}

}  // namespace mesh::cmd
