#include "core/find/hidden.hpp"

#include "core/rules/secrets.hpp"

namespace mesh::find {
namespace {

void hide(std::string& text) { rules::hide_secrets(text); }

void hide(std::vector<Channel>& channels) {
  for (Channel& channel : channels) {
    hide(channel.name);
    hide(channel.url);
  }
}

void hide(std::vector<Port>& ports) {
  for (Port& port : ports) hide(port.description);
}

void hide(Table& table) {
  hide(table.description);
  for (Column& column : table.columns) hide(column.description);
}

void hide(Server& server) {
  hide(server.description);
  for (auto& [key, value] : server.fields) {
    if (rules::secret_under(key, value)) value = "***";
    hide(value);
  }
}

void hide(Contract& contract) {
  hide(contract.description);
  hide(contract.support);
  for (Table& table : contract.tables) hide(table);
  for (ServiceLevel& level : contract.levels) hide(level.value);
  for (Server& server : contract.servers) hide(server);
}

}  // namespace

void hide_secrets(Product& product) {
  for (std::string* const text : {&product.name, &product.description, &product.usage, &product.limitations,
                                  &product.owner, &product.reason})
    hide(*text);
  for (std::string& tag : product.tags) hide(tag);
  hide(product.inputs);
  hide(product.outputs);
  hide(product.support);
  for (Contract& contract : product.contracts) hide(contract);
}

}  // namespace mesh::find
