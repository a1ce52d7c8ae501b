#include "core/find/search.hpp"

#include "core/base/strings.hpp"
#include "core/base/utf8.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

namespace mesh::find {
namespace {

// Those whose small letter takes as many bytes, so that offsets stay.
char32_t small(char32_t c) {
  if (c >= 'A' && c <= 'Z') return c + 32;
  if (c < 0xC0) return c;
  if (c <= 0xDE) return c == 0xD7 ? c : c + 32;
  if (c >= 0x100 && c <= 0x17E) {
    if (c == 0x130 || c == 0x131 || c == 0x138 || c == 0x149 || c == 0x178) return c == 0x178 ? 0xFF : c;
    const bool is_odd_large = (c >= 0x139 && c <= 0x148) || c >= 0x179;
    return (c % 2 == 1) == is_odd_large ? c + 1 : c;
  }
  if (c >= 0x391 && c <= 0x3A9) return c + 32;
  if (c >= 0x410 && c <= 0x42F) return c + 32;
  return c >= 0x400 && c <= 0x40F ? c + 80 : c;
}

enum class Fit : uint8_t { none, part, word, prefix, whole };

bool is_word_byte(unsigned char c) {
  return c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Whether a word begins there: `order_id` and `orderId` have two.
bool begins_word(std::string_view text, size_t at) {
  if (at == 0 || !is_word_byte(text[at - 1])) return true;
  const auto is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  return is_upper(text[at]) && !is_upper(text[at - 1]);
}

Fit fit(std::string_view text, std::string_view term) {
  if (text.size() < term.size()) return Fit::none;
  const std::string small_text = folded(text);
  Fit best = Fit::none;
  for (size_t at = small_text.find(term); at != std::string::npos; at = small_text.find(term, at + 1)) {
    if (at == 0) return text.size() == term.size() ? Fit::whole : Fit::prefix;
    best = std::max(best, begins_word(text, at) ? Fit::word : Fit::part);
    if (best == Fit::word) break;
  }
  return best;
}

// What a match is worth: by where it is, then by how well it fits.
enum class Where : uint8_t { column, other, description, tag, name };
using Worth = std::array<unsigned, 5>;  // by Fit
constexpr std::array<Worth, 5> kWorth{{
    {0, 10, 20, 25, 30},      // column
    {0, 35, 40, 42, 45},      // owner, domain, ids, contracts, ports
    {0, 50, 60, 60, 60},      // description
    {0, 110, 120, 130, 150},  // tag
    {0, 200, 300, 400, 500},  // name
}};

class Matcher {
 public:
  Matcher(const Product& product, const Query& query) : product_(product), query_(query) {}

  // Nothing when a term or filter does not hold.
  std::optional<Hit> run(const std::vector<std::string>& terms) {
    if (!holds_any(query_.domains, {product_.domain}) || !holds_any(query_.statuses, {product_.status}))
      return std::nullopt;
    for (const std::string& tag : query_.tags)
      if (!has_tag(folded(tag))) return std::nullopt;
    for (const std::string& column : query_.columns)
      if (!has_column(folded(column))) return std::nullopt;
    for (const std::string& classification : query_.classifications)
      if (!has_classification(folded(classification))) return std::nullopt;
    Hit hit;
    for (const std::string& term : terms) {
      best_ = 0;
      each_text(term);
      if (best_ == 0) return std::nullopt;
      hit.score += best_;
    }
    std::ranges::stable_sort(places_, [](const auto& a, const auto& b) { return a.first > b.first; });
    for (auto& [worth, place] : places_)
      if (std::ranges::find(hit.places, place) == hit.places.end()) hit.places.push_back(std::move(place));
    return hit;
  }

 private:
  static bool holds_any(const std::vector<std::string>& wanted, const std::string& has) {
    return wanted.empty() ||
           std::ranges::any_of(wanted, [&](const std::string& one) { return folded(one) == folded(has); });
  }

  void look(Where where, std::string_view text, const std::string& term, std::string_view what) {
    const Fit found = fit(text, term);
    if (found == Fit::none) return;
    const unsigned worth = kWorth[static_cast<size_t>(where)][static_cast<size_t>(found)];
    best_ = std::max(best_, worth);
    add(worth, what, where == Where::name || where == Where::description ? std::string_view{} : text);
  }

  void add(unsigned worth, std::string_view what, std::string_view text) {
    places_.emplace_back(worth, std::string(what) + (text.empty() ? "" : " `" + std::string(text) + "`"));
  }

  void each_text(const std::string& term) {
    look(Where::name, product_.key, term, "name");
    look(Where::name, product_.name, term, "name");
    if (term.find('/') != term.npos) look(Where::name, product_.address(), term, "name");
    for (const std::string& tag : product_.tags) look(Where::tag, tag, term, "tag");
    look(Where::description, product_.description, term, "description");
    look(Where::other, product_.owner, term, "owner");
    look(Where::other, product_.id, term, "id");
    for (const Port& port : product_.outputs) look(Where::other, port.name, term, "port");
    for (const Contract& contract : product_.contracts) {
      look(Where::other, contract.id, term, "contract");
      look(Where::other, contract.name, term, "contract");
      for (const Table& table : contract.tables) {
        look(Where::other, table.name, term, "table");
        look(Where::other, table.physical_name, term, "table");
        for (const Column& column : table.columns) look_at(table, column, term);
      }
    }
  }

  void look_at(const Table& table, const Column& column, const std::string& term) {
    Fit found = fit(column.name, term);
    for (const std::string& tag : column.tags) found = std::max(found, fit(tag, term));
    if (fit(column.description, term) != Fit::none) found = std::max(found, Fit::part);
    if (found == Fit::none) return;
    const unsigned worth = kWorth[static_cast<size_t>(Where::column)][static_cast<size_t>(found)];
    best_ = std::max(best_, worth);
    add(worth, "column", full_name(table, column));
  }

  static std::string full_name(const Table& table, const Column& column) {
    return column.name.starts_with(table.name + ".") ? column.name : table.name + "." + column.name;
  }

  bool has_tag(const std::string& wanted) {
    bool has = false;
    for (const std::string& tag : product_.tags) {
      if (folded(tag) != wanted) continue;
      has = true;
      add(140, "tag", tag);
    }
    return has | each_column([&](const Table& table, const Column& column) {
             const bool is = std::ranges::any_of(
                 column.tags, [&](const std::string& tag) { return folded(tag) == wanted; });
             if (is) add(30, "column", full_name(table, column));
             return is;
           });
  }

  bool has_column(const std::string& wanted) {
    return each_column([&](const Table& table, const Column& column) {
      const std::string name = folded(column.name);
      const std::string last = name.substr(name.rfind('.') + 1);
      const bool is = glob_match(wanted, name) || glob_match(wanted, last) ||
                      glob_match(wanted, folded(full_name(table, column)));
      if (is) add(30, "column", full_name(table, column));
      return is;
    });
  }

  bool has_classification(const std::string& wanted) {
    return each_column([&](const Table& table, const Column& column) {
      const bool is = folded(column.classification) == wanted;
      if (is) add(30, "column", full_name(table, column));
      return is;
    });
  }

  template <class Holds>
  bool each_column(const Holds& holds) const {
    bool any = false;
    for (const Contract& contract : product_.contracts)
      for (const Table& table : contract.tables)
        for (const Column& column : table.columns) any |= holds(table, column);
    return any;
  }

  const Product& product_;
  const Query& query_;
  unsigned best_ = 0;
  std::vector<std::pair<unsigned, std::string>> places_;
};

using Words = std::set<std::string, std::less<>>;

void add_words(Words& words, std::string_view text) {
  size_t begin = 0;
  for (size_t at = 0; at <= text.size(); ++at) {
    if (at < text.size() && is_word_byte(text[at])) continue;
    if (at - begin > 2) words.emplace(text.substr(begin, at - begin));
    begin = at + 1;
  }
}

struct Vocabulary {
  Words words, domains, statuses, tags, columns, classifications;
};

Vocabulary vocabulary_of(std::span<const Product> products) {
  Vocabulary known;
  for (const Product& product : products) {
    for (const std::string* text : {&product.key, &product.name}) {
      known.words.insert(*text);
      add_words(known.words, *text);
    }
    known.domains.insert(product.domain);
    known.statuses.insert(product.status);
    for (const std::string& tag : product.tags) known.tags.insert(tag);
    for (const Contract& contract : product.contracts)
      for (const Table& table : contract.tables)
        for (const Column& column : table.columns) {
          known.columns.insert(column.name);
          known.classifications.insert(column.classification);
          for (const std::string& tag : column.tags) known.tags.insert(tag);
        }
  }
  for (const Words* more : {&known.tags, &known.columns}) known.words.insert(more->begin(), more->end());
  return known;
}

using Field = std::vector<std::string> Query::*;

void suggest(std::span<const Product> products, const Words& known, const Query& query, Field field,
             std::vector<Suggestion>& found) {
  for (const std::string& asked : query.*field) {
    Query alone;
    (alone.*field).push_back(asked);
    if (!search(products, alone).empty()) continue;
    std::vector<std::string_view> words;
    for (const std::string& word : known)
      if (!word.empty()) words.push_back(word);
    if (const auto near = nearest(asked, words); near && folded(*near) != folded(asked))
      found.push_back({asked, std::string(*near)});
  }
}

}  // namespace

std::string folded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const utf8::Char c = utf8::first(text);
    if (const char32_t lower = c.valid ? small(c.code) : 0; c.valid && lower != c.code)
      utf8::append(out, lower);
    else
      out.append(text.substr(0, c.size));
    text.remove_prefix(c.size);
  }
  return out;
}

std::vector<Hit> search(std::span<const Product> products, const Query& query) {
  std::vector<std::string> terms;
  for (const std::string& term : query.terms)
    if (!trim(term).empty()) terms.push_back(folded(trim(term)));
  std::vector<Hit> hits;
  for (size_t i = 0; i < products.size(); ++i) {
    auto hit = Matcher(products[i], query).run(terms);
    if (!hit) continue;
    hit->product = i;
    hits.push_back(std::move(*hit));
  }
  std::ranges::stable_sort(hits, [&](const Hit& a, const Hit& b) {
    if (a.score != b.score) return a.score > b.score;
    return products[a.product].address() < products[b.product].address();
  });
  return hits;
}

std::vector<Suggestion> suggestions(std::span<const Product> products, const Query& query) {
  const Vocabulary known = vocabulary_of(products);
  std::vector<Suggestion> found;
  suggest(products, known.words, query, &Query::terms, found);
  suggest(products, known.domains, query, &Query::domains, found);
  suggest(products, known.statuses, query, &Query::statuses, found);
  suggest(products, known.tags, query, &Query::tags, found);
  suggest(products, known.columns, query, &Query::columns, found);
  suggest(products, known.classifications, query, &Query::classifications, found);
  return found;
}

}  // namespace mesh::find
