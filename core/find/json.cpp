#include "core/find/json.hpp"

#include "core/base/utf8.hpp"
#include "core/model/version.hpp"

#include <algorithm>

namespace mesh::find {
namespace {

using oci::Json;

constexpr size_t kLongestBrief = 400;    // bytes of a text in a listing
constexpr size_t kMostColumns = 10'000;  // of a product in a listing
constexpr size_t kLongestText = 64 << 10;

class Writer {
 public:
  explicit Writer(Extent extent) : is_brief_(extent == Extent::brief) {}

  Json product(const Product& product) {
    Json json = Json::object();
    put(json, "domain", product.domain);
    put(json, "product", product.key);
    put(json, "id", product.id);
    put(json, "name", product.name);
    put(json, "description", product.description);
    if (!is_brief_) {
      put(json, "usage", product.usage);
      put(json, "limitations", product.limitations);
    }
    put(json, "reason", product.reason);
    put(json, "replacement", product.replacement);
    put(json, "owner", product.owner);
    put(json, "status", product.status);
    put(json, "version", product.version);
    put(json, "tags", strings(product.tags));
    put(json, "inputPorts", list(product.inputs, &Writer::port));
    put(json, "outputPorts", list(product.outputs, &Writer::port));
    put(json, "contracts", list(product.contracts, &Writer::contract));
    put(json, "support", list(product.support, &Writer::channel));
    Json versions = Json::array(), yanked = Json::array();
    // A listing has the oldest first.
    for (auto at = product.releases.rbegin(); at != product.releases.rend(); ++at)
      (at->is_yanked ? yanked : versions).items.push_back(Json::string(at->version));
    put(json, "versions", std::move(versions));
    put(json, "yanked", std::move(yanked));
    return json;
  }

 private:
  void put(Json& json, const char* key, const std::string& text) const {
    if (text.empty()) return;
    if (!is_brief_ || text.size() <= kLongestBrief) {
      json.members.emplace(key, Json::string(text));
      return;
    }
    size_t end = 0;  // of the last character that fits
    for (size_t at = 0; at <= kLongestBrief; at += utf8::first(std::string_view(text).substr(at)).size)
      end = at;
    json.members.emplace(key, Json::string(text.substr(0, end) + "…"));
  }
  static void put(Json& json, const char* key, Json list) {
    if (!list.items.empty()) json.members.emplace(key, std::move(list));
  }
  static void put(Json& json, const char* key, bool value) {
    if (!value) return;
    Json boolean;
    boolean.kind = Json::Kind::boolean;
    boolean.boolean = true;
    json.members.emplace(key, std::move(boolean));
  }

  static Json strings(const std::vector<std::string>& all) {
    Json json = Json::array();
    for (const std::string& one : all) json.items.push_back(Json::string(one));
    return json;
  }

  template <class Fact>
  Json list(const std::vector<Fact>& all, Json (Writer::*write)(const Fact&)) {
    Json json = Json::array();
    for (const Fact& one : all) json.items.push_back((this->*write)(one));
    return json;
  }

  Json port(const Port& port) {
    Json json = Json::object();
    put(json, "name", port.name);
    put(json, "version", port.version);
    put(json, "contractId", port.contract_id);
    put(json, "type", port.type);
    put(json, "description", port.description);
    return json;
  }

  Json channel(const Channel& channel) {
    Json json = Json::object();
    put(json, "channel", channel.name);
    put(json, "url", channel.url);
    put(json, "tool", channel.tool);
    return json;
  }

  Json level(const ServiceLevel& level) {
    Json json = Json::object();
    put(json, "property", level.property);
    put(json, "value", level.value);
    put(json, "unit", level.unit);
    put(json, "element", level.element);
    return json;
  }

  Json column(const Column& column) {
    Json json = Json::object();
    put(json, "name", column.name);
    put(json, "logicalType", column.logical_type);
    put(json, "physicalType", column.physical_type);
    put(json, "description", column.description);
    put(json, "classification", column.classification);
    put(json, "tags", strings(column.tags));
    put(json, "required", column.required);
    put(json, "unique", column.unique);
    put(json, "primaryKey", column.primary_key);
    return json;
  }

  Json table(const Table& table) {
    Json json = Json::object();
    put(json, "name", table.name);
    put(json, "physicalName", table.physical_name);
    put(json, "description", table.description);
    Json columns = Json::array();
    for (const Column& one : table.columns)
      if (!is_brief_ || columns_++ < kMostColumns) columns.items.push_back(column(one));
    put(json, "properties", std::move(columns));
    return json;
  }

  Json server(const Server& server) {
    Json json = Json::object();
    put(json, "server", server.name);
    put(json, "type", server.type);
    put(json, "environment", server.environment);
    put(json, "description", server.description);
    for (const auto& [key, value] : server.fields) put(json, key.c_str(), value);
    return json;
  }

  Json contract(const Contract& contract) {
    Json json = Json::object();
    put(json, "id", contract.id);
    put(json, "version", contract.version);
    put(json, "name", contract.name);
    put(json, "status", contract.status);
    put(json, "description", contract.description);
    put(json, "schema", list(contract.tables, &Writer::table));
    put(json, "slaProperties", list(contract.levels, &Writer::level));
    if (!is_brief_) {
      put(json, "support", list(contract.support, &Writer::channel));
      put(json, "servers", list(contract.servers, &Writer::server));
    }
    return json;
  }

  bool is_brief_;
  size_t columns_ = 0;
};

std::string text_at(const Json& json, std::string_view key) {
  const std::string* const text = json.string_at(key);
  return text && text->size() <= kLongestText ? *text : std::string();
}

bool flag_at(const Json& json, std::string_view key) {
  const Json* const flag = json.find(key);
  return flag && flag->kind == Json::Kind::boolean && flag->boolean;
}

const std::vector<Json>& items_at(const Json& json, std::string_view key) {
  static const std::vector<Json> kNone;
  const Json* const list = json.find(key);
  return list && list->kind == Json::Kind::array ? list->items : kNone;
}

std::vector<std::string> texts_at(const Json& json, std::string_view key) {
  std::vector<std::string> texts;
  for (const Json& item : items_at(json, key))
    if (item.kind == Json::Kind::string && item.text.size() <= kLongestText) texts.push_back(item.text);
  return texts;
}

template <class Fact, class Read>
std::vector<Fact> list_at(const Json& json, std::string_view key, const Read& read) {
  std::vector<Fact> facts;
  for (const Json& item : items_at(json, key)) facts.push_back(read(item));
  return facts;
}

Port read_port(const Json& json) {
  return {text_at(json, "name"), text_at(json, "version"), text_at(json, "contractId"), text_at(json, "type"),
          text_at(json, "description")};
}

Channel read_channel(const Json& json) {
  return {text_at(json, "channel"), text_at(json, "url"), text_at(json, "tool")};
}

Column read_column(const Json& json) {
  return {text_at(json, "name"),        text_at(json, "logicalType"),    text_at(json, "physicalType"),
          text_at(json, "description"), text_at(json, "classification"), texts_at(json, "tags"),
          flag_at(json, "required"),    flag_at(json, "unique"),         flag_at(json, "primaryKey")};
}

Table read_table(const Json& json) {
  return {text_at(json, "name"), text_at(json, "physicalName"), text_at(json, "description"),
          list_at<Column>(json, "properties", read_column)};
}

Contract read_contract(const Json& json) {
  Contract contract{text_at(json, "id"),
                    text_at(json, "version"),
                    text_at(json, "name"),
                    text_at(json, "status"),
                    text_at(json, "description"),
                    {},
                    {},
                    {},
                    {}};
  contract.tables = list_at<Table>(json, "schema", read_table);
  contract.levels = list_at<ServiceLevel>(json, "slaProperties", [](const Json& level) {
    return ServiceLevel{text_at(level, "property"), text_at(level, "value"), text_at(level, "unit"),
                        text_at(level, "element")};
  });
  return contract;
}

// Newest first; what is no version is left out.
std::vector<Release> releases_at(const Json& entry) {
  std::vector<std::pair<model::Version, bool>> versions;
  for (const bool is_yanked : {false, true})
    for (const std::string& text : texts_at(entry, is_yanked ? "yanked" : "versions"))
      if (auto version = model::parse_version(text)) versions.emplace_back(std::move(*version), is_yanked);
  std::ranges::stable_sort(
      versions, [](const auto& a, const auto& b) { return model::by_precedence(a.first, b.first) > 0; });
  std::vector<Release> releases;
  for (const auto& [version, is_yanked] : versions) releases.push_back({version.text(), is_yanked});
  return releases;
}

}  // namespace

Json to_json(const Product& product, Extent extent) { return Writer(extent).product(product); }

Product from_json(const Json& entry) {
  Product product;
  product.domain = text_at(entry, "domain");
  product.key = text_at(entry, "product");
  product.id = text_at(entry, "id");
  product.name = text_at(entry, "name");
  product.description = text_at(entry, "description");
  product.reason = text_at(entry, "reason");
  product.replacement = text_at(entry, "replacement");
  product.owner = text_at(entry, "owner");
  product.status = text_at(entry, "status");
  product.version = text_at(entry, "version");
  product.tags = texts_at(entry, "tags");
  product.releases = releases_at(entry);
  product.inputs = list_at<Port>(entry, "inputPorts", read_port);
  product.outputs = list_at<Port>(entry, "outputPorts", read_port);
  product.contracts = list_at<Contract>(entry, "contracts", read_contract);
  product.support = list_at<Channel>(entry, "support", read_channel);
  return product;
}

}  // namespace mesh::find
