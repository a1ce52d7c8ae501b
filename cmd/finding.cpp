#include "cmd/finding.hpp"

#include "cmd/target_stores.hpp"
#include "core/base/strings.hpp"
#include "core/base/utf8.hpp"
#include "core/config/user_folders.hpp"
#include "core/find/json.hpp"
#include "core/publish/published_products.hpp"
#include "core/publish/workspace_products.hpp"

#include <algorithm>
#include <array>
#include <ostream>
#include <utility>

namespace mesh::cmd {
namespace {

using oci::Json;

Result<Found> in_workspace(const FindFlags& flags, Streams& streams) {
  publish::DocumentKeeper keeper;
  workspace::Options options;
  options.jobs = flags.jobs;
  options.on_document = keeper.hook();
  const auto workspace = workspace::load(options);
  if (!workspace) return tl::unexpected(workspace.error());
  const auto broken = static_cast<size_t>(std::ranges::count_if(
      workspace->files, [](const workspace::File& file) { return file.broken && file.is_manifest; }));
  if (broken > 0 && !streams.global.quiet)
    streams.err << "note: " << count_of(broken, "manifest")
                << " cannot be read and may be missing here; run `mesh validate`\n";
  return Found{keeper.products(*workspace), "", kOk};
}

Result<Found> in_target(const FindFlags& flags, Streams& streams,
                        const std::function<bool(std::string_view)>& is_wanted) {
  auto target = TargetStores::find(flags.network, *flags.from);
  if (!target) return tl::unexpected(target.error());
  const publish::ListingCache cache(config::user_cache_folder());
  Found found{{}, "", kOk};
  for (const TargetStores::Part& part : target->parts()) {
    if (!part.store && part.is_only) return tl::unexpected(part.store.error());
    if (!part.store) {
      found.code = worst(found.code, fail(streams, part.store.error()));
      continue;
    }
    publish::Shelf shelf = publish::read_products(**part.store, cache, [&](std::string_view domain) {
      return target->is_in(part, domain) && is_wanted(domain);
    });
    if (found.target.empty()) found.target = (*part.store)->url();
    std::ranges::move(shelf.products, std::back_inserter(found.products));
    for (const std::string& note : shelf.notes)
      if (!streams.global.quiet) streams.err << "note: " << printable(note) << "\n";
    for (const Error& failure : shelf.failures) found.code = worst(found.code, fail(streams, failure));
  }
  std::ranges::stable_sort(found.products, {}, [](const find::Product& product) {
    return std::pair<std::string_view, std::string_view>(product.domain, product.key);
  });
  return found;
}

void write(JsonWriter& json, const Json& value) {
  switch (value.kind) {
    case Json::Kind::null:
      json.null();
      break;
    case Json::Kind::boolean:
      json.boolean(value.boolean);
      break;
    case Json::Kind::number:  // of what is written here none has any
    case Json::Kind::string:
      json.text(value.text);
      break;
    case Json::Kind::array:
      json.begin_array();
      for (const Json& item : value.items) write(json, item);
      json.end_array();
      break;
    case Json::Kind::object:
      json.begin_object();
      for (const auto& [key, member] : value.members) write(json.key(key), member);
      json.end_object();
      break;
  }
}

std::string padded(const std::string& text, size_t width) {
  const size_t length = utf8::length(text);
  return length < width ? text + std::string(width - length, ' ') : text;
}

}  // namespace

Option from_option(FindFlags& flags) {
  return {"--from",
          "TARGET",
          "look at what is published: name of a target in mesh.yaml, URL or folder; without it at the mesh "
          "around "
          "this folder",
          &flags.from,
          {},
          Hint::target};
}

Option find_jobs_option(FindFlags& flags) {
  return {"-j,--jobs", "N",        "threads; without it one for each core", &flags.jobs, {}, Hint::none,
          false,       "MESH_JOBS"};
}

Result<Found> find_products(const FindFlags& flags, Streams& streams,
                            const std::function<bool(std::string_view)>& is_wanted) {
  auto found = flags.from ? in_target(flags, streams, is_wanted) : in_workspace(flags, streams);
  if (!found || found->code != kOk) return found;
  std::erase_if(found->products, [&](const find::Product& product) { return !is_wanted(product.domain); });
  return found;
}

void begin_document(JsonWriter& json, const std::string& target) {
  json.begin_object().key("schemaVersion").number(1).key("target");
  target.empty() ? json.null() : json.text(target);
}

void write_product(JsonWriter& json, const find::Product& product, bool with_contracts) {
  Json facts = find::to_json(product, find::Extent::full);
  if (!with_contracts)
    for (const char* key : {"contracts", "inputPorts", "support", "usage", "limitations"})
      facts.members.erase(key);
  for (const char* key : {"domain", "product", "id", "name", "description", "owner", "status", "version"})
    facts.members.try_emplace(key);
  for (const char* key : {"tags", "versions", "yanked", "outputPorts"})
    facts.members.try_emplace(key, Json::array());
  if (with_contracts)
    for (const char* key : {"contracts", "inputPorts", "support"})
      facts.members.try_emplace(key, Json::array());
  for (const auto& [key, member] : facts.members) write(json.key(key), member);
}

std::string cut(std::string_view text, size_t columns) {
  const std::string shown = printable(text);
  if (utf8::length(shown) <= columns) return shown;
  size_t end = 0;
  for (size_t column = 0; column + 1 < columns; ++column)
    end += utf8::first(std::string_view(shown).substr(end)).size;
  return columns == 0 ? "" : shown.substr(0, end) + "…";
}

std::string one_line(std::string_view text) {
  std::string line;
  for (const std::string_view part : split(text, '\n'))
    if (!trim(part).empty()) line.append(line.empty() ? "" : " ").append(trim(part));
  return printable(line);
}

std::string wrapped(std::string_view text, size_t indent, size_t columns) {
  std::string out;
  const size_t room = columns > indent + 20 ? columns - indent : 20;
  for (const std::string_view line : split(trim(text), '\n')) {
    std::string current;
    size_t length = 0;
    const auto flush = [&] {
      if (!current.empty()) out += std::string(indent, ' ') + current + "\n";
      current.clear();
      length = 0;
    };
    for (const std::string_view word : split(line, ' ')) {
      if (trim(word).empty()) continue;
      const std::string shown = printable(trim(word));
      const size_t more = utf8::length(shown);
      if (length > 0 && length + 1 + more > room) flush();
      current += (current.empty() ? "" : " ") + shown;
      length += more + (length > 0 ? 1 : 0);
    }
    flush();
  }
  return out;
}

void print_products(Streams& streams, const std::vector<const find::Product*>& products,
                    const std::function<std::string(size_t)>& below) {
  constexpr size_t kColumns = 4, kWidest = 40, kUseful = 12;
  std::vector<std::array<std::string, kColumns>> rows;
  std::array<size_t, kColumns> widths{};
  for (const find::Product* product : products) {
    auto& row = rows.emplace_back(std::array{printable(product->address()), cut(product->version, kWidest),
                                             cut(product->status, kWidest), cut(product->owner, kWidest)});
    for (size_t i = 0; i < kColumns; ++i) widths[i] = std::max(widths[i], utf8::length(row[i]));
  }
  const size_t width = streams.out_is_terminal ? streams.width : std::string::npos;
  for (size_t i = 0; i < rows.size(); ++i) {
    std::string line;
    for (size_t column = 0; column < kColumns; ++column)
      if (widths[column] > 0) line += padded(rows[i][column], widths[column]) + "  ";
    const size_t used = utf8::length(line);
    if (width == std::string::npos)
      line += one_line(products[i]->description);
    else if (used + kUseful <= width)
      line += cut(one_line(products[i]->description), width - used);
    line.erase(line.find_last_not_of(' ') + 1);
    streams.out << (width == std::string::npos ? line : cut(line, width)) << "\n";
    if (below) streams.out << below(i);
  }
}

}  // namespace mesh::cmd
