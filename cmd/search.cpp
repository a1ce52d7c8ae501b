#include "core/find/hidden.hpp"
#include "core/find/search.hpp"

#include "cmd/commands.hpp"
#include "cmd/finding.hpp"
#include "core/base/strings.hpp"

#include <algorithm>
#include <memory>
#include <ostream>

namespace mesh::cmd {
namespace {

struct Flags : FindFlags {
  find::Query query;
};

std::string shown_places(const find::Hit& hit, size_t most) {
  std::string text;
  for (size_t i = 0; i < hit.places.size() && i < most; ++i)
    text += (i == 0 ? "" : ", ") + printable(hit.places[i]);
  if (hit.places.size() > most) text += " and " + std::to_string(hit.places.size() - most) + " more";
  return text;
}

void print_text(Streams& streams, const Found& found, const std::vector<find::Hit>& hits) {
  constexpr size_t kMostPlaces = 6;
  std::vector<const find::Product*> products;
  for (const find::Hit& hit : hits) products.push_back(&found.products[hit.product]);
  print_products(streams, products, [&](size_t i) {
    return wrapped(shown_places(hits[i], kMostPlaces), 4, streams.out_is_terminal ? streams.width : 100);
  });
}

void write_hit(JsonWriter& json, const find::Product& product, const find::Hit& hit) {
  write_product(json.begin_object(), product, false);
  json.key("score").number(hit.score).key("matches").begin_array();
  for (const std::string& place : hit.places) json.text(place);
  json.end_array().end_object();
}

void print(const Flags& flags, Streams& streams, const Found& found, const std::vector<find::Hit>& hits) {
  if (flags.format == "text") return print_text(streams, found, hits);
  if (flags.format == "ndjson") {
    for (const find::Hit& hit : hits) {
      JsonWriter json;
      write_hit(json, found.products[hit.product], hit);
      streams.out << std::move(json).take();
    }
    return;
  }
  JsonWriter json;
  begin_document(json, found.target);
  json.key("products").begin_array();
  for (const find::Hit& hit : hits) {
    write_hit(json.new_line(), found.products[hit.product], hit);
    streams.out << json.drain();
  }
  if (!hits.empty()) json.new_line();
  json.end_array().end_object();
  streams.out << std::move(json).take();
}

Error nothing_found(const Found& found, const find::Query& query) {
  if (found.products.empty())
    return {Fault::not_found, "there is no data product to search", "`--allow-empty` makes this a success"};
  std::string help;
  for (const find::Suggestion& suggestion : find::suggestions(found.products, query))
    help += (help.empty() ? "did you mean `" : ", and `") + printable(suggestion.meant) + "` instead of `" +
            printable(suggestion.asked) + "`";
  if (!help.empty())
    help += "?";
  else if (query.terms.size() > 1)
    help = "all terms must match: try fewer";
  return {
      Fault::not_found,
      "no data product matches" + (query.terms.empty() ? "" : " `" + printable(join(query.terms, " ")) + "`"),
      help};
}

int run(Flags& flags, Streams& streams) {
  std::erase_if(flags.query.terms, [](const std::string& term) { return trim(term).empty(); });
  if (flags.query.is_empty())
    return fail(streams, {Fault::usage, "nothing is searched for",
                          "give TERMS, or a filter such as `--tag`; `mesh list` shows all products"});
  // A product of another domain may still be what was meant, so domains are filtered by the search.
  auto found = find_products(flags, streams, [](std::string_view) { return true; });
  if (!found) {
    if (found.error().fault == Fault::usage) return fail(streams, found.error());
    const int code = fail(streams, found.error());
    found = Found{{}, "", code};
  }
  for (find::Product& product : found->products) find::hide_secrets(product);
  const std::vector<find::Hit> hits = find::search(found->products, flags.query);
  print(flags, streams, *found, hits);
  if (!hits.empty() || flags.allow_empty || found->code != kOk) return found->code;
  return fail(streams, nothing_found(*found, flags.query));
}

}  // namespace

Command search() {
  const auto flags = std::make_shared<Flags>();
  Command command{
      .name = "search",
      .summary = "find data products by what they are, hold and promise",
      .group = kFind,
      .options = {{"TERM", "TERM", "words to look for; all must match", &flags->query.terms},
                  {"--domain", "DOMAIN", "just products of this domain", &flags->query.domains},
                  {"--tag", "TAG", "just products that have this tag, or a column with it",
                   &flags->query.tags},
                  {"--has-column", "NAME",
                   "just products with a column of this name, in which `*` stands for anything",
                   &flags->query.columns},
                  {"--classification", "NAME", "just products with a column of this classification",
                   &flags->query.classifications},
                  {"--status", "STATUS", "just products of this status", &flags->query.statuses},
                  from_option(*flags),
                  {"--format", "NAME", "how to print them", &flags->format, {"text", "json", "ndjson"}},
                  find_jobs_option(*flags),
                  {"--allow-empty", "", "finding nothing is a success", &flags->allow_empty}},
      .run = [flags](Streams& streams) { return run(*flags, streams); },
  };
  return with_network(std::move(command), flags->network, &flags->jobs);
}

}  // namespace mesh::cmd
