#include "core/rules/value_type.hpp"

#include "core/base/strings.hpp"
#include "core/rules/variables.hpp"
#include "core/schema/pattern.hpp"
#include "core/yaml/scalar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace mesh::rules {

using model::LogicalType;
using model::PropertyKey;
using yaml::Kind;
using yaml::Node;

namespace {

bool is_numeric(Kind kind) { return kind == Kind::integer || kind == Kind::number; }

// How people write that there is no value.
bool is_nothing(std::string_view text) {
  constexpr std::array<std::string_view, 8> kNothing{"", "n/a", "na", "null", "none", "nil", "-", "…"};
  return std::ranges::find(kNothing, to_lower(trim(text))) != kNothing.end();
}

bool is_boolean_word(std::string_view text) {
  constexpr std::array<std::string_view, 10> kWords{"true", "false", "yes", "no", "y",
                                                    "n",    "t",     "f",   "0",  "1"};
  return std::ranges::find(kWords, to_lower(trim(text))) != kWords.end();
}

size_t count_characters(std::string_view text) {
  return static_cast<size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

}  // namespace

ValueType::ValueType(const model::PropertyDetails& property)
    : type_(property.type),
      options_(property[PropertyKey::options]),
      enumeration_(property[PropertyKey::enumeration]) {
  for (uint32_t i = 0; enumeration_.is_sequence() && i < enumeration_.size(); ++i) {
    const Node entry = enumeration_.item(i);
    const auto known = entry.is_mapping() ? entry.find("value") : std::optional<Node>(entry);
    has_odd_entries_ |= !known || known->is_mapping() || known->is_sequence();
    if (known) enumerated_.insert(known->text());
  }
  if (type_ != LogicalType::string) return;
  pattern_node_ = option("pattern");
  if (pattern_node_.is_string() && !has_variable(pattern_node_.text()))
    pattern_ = std::make_unique<schema::Pattern>(pattern_node_.text());
}

ValueType::~ValueType() = default;

// As text, or as a number that is written in another way. What cannot be told counts as enumerated.
bool ValueType::is_enumerated(Node value) const {
  constexpr size_t kFew = 100;
  if (has_odd_entries_ || enumerated_.contains(value.text())) return true;
  if (!is_numeric(value.kind()) || enumerated_.size() > kFew) return is_numeric(value.kind());
  return std::ranges::any_of(enumerated_, [&](std::string_view known) {
    return is_numeric(yaml::core_kind(known)) && yaml::number_value(known) == value.number();
  });
}

Node ValueType::option(std::string_view key) const {
  return options_.is_mapping() ? options_.find(key).value_or(Node{}) : Node{};
}

std::optional<Misfit> ValueType::misfit(Node value) const {
  if (value.is_null() || value.is_mapping() || value.is_sequence()) return std::nullopt;
  if (value.is_string() && (is_nothing(value.text()) || has_variable(value.text()))) return std::nullopt;
  if (enumeration_.is_sequence() && enumeration_.size() > 0) {
    if (is_enumerated(value)) return std::nullopt;
    return Misfit{"is not in its enumeration", enumeration_};
  }
  switch (type_) {
    case LogicalType::string:
      return misfit_of_text(value);
    case LogicalType::integer:
    case LogicalType::number:
      return misfit_of_number(value);
    case LogicalType::boolean:
      if (value.kind() == Kind::boolean || is_boolean_word(value.text())) return std::nullopt;
      return Misfit{"is neither true nor false", {}};
    case LogicalType::date:
    case LogicalType::timestamp:
    case LogicalType::time:
      if (value.kind() == Kind::boolean) return Misfit{"is no point in time", {}};
      if (value.text().find_first_of("0123456789") != std::string_view::npos) return std::nullopt;
      return Misfit{"is no point in time", {}};
    default:
      return std::nullopt;
  }
}

std::optional<Misfit> ValueType::misfit_of_text(Node value) const {
  const std::string_view text = value.text();
  const size_t size = count_characters(text);
  if (const auto most = option("maxLength").integer();
      most && *most >= 0 && size > static_cast<uint64_t>(*most))
    return Misfit{fmt::format("has {} characters, more than {}", size, *most), option("maxLength")};
  if (const auto least = option("minLength").integer();
      least && *least >= 0 && size < static_cast<uint64_t>(*least))
    return Misfit{fmt::format("has {}, fewer than {}", count_of(size, "character"), *least),
                  option("minLength")};
  if (pattern_ && pattern_->error().empty() && !pattern_->matches(text))
    return Misfit{fmt::format("does not match `{}`", pattern_->text()), pattern_node_};
  return std::nullopt;
}

std::optional<Misfit> ValueType::misfit_of_number(Node value) const {
  const Kind kind = value.is_string() ? yaml::core_kind(trim(value.text())) : value.kind();
  if (!is_numeric(kind)) {
    // `1,000` and `1 000` are numbers to people.
    const bool has_digit = value.text().find_first_of("0123456789") != std::string_view::npos;
    if (value.is_string() && has_digit) return std::nullopt;
    return Misfit{type_ == LogicalType::integer ? "is no integer" : "is no number", {}};
  }
  const double number = yaml::number_value(trim(value.text()));
  if (type_ == LogicalType::integer && std::isfinite(number) && std::floor(number) != number)
    return Misfit{"is no integer", {}};
  const auto bound = [&](std::string_view key) -> std::optional<double> {
    const Node node = option(key);
    return is_numeric(node.kind()) ? std::optional(node.number()) : std::nullopt;
  };
  const auto misfit = [&](std::string_view how, std::string_view key) {
    return Misfit{fmt::format("is {} {}", how, option(key).text()), option(key)};
  };
  if (const auto least = bound("minimum"); least && number < *least) return misfit("below", "minimum");
  if (const auto most = bound("maximum"); most && number > *most) return misfit("above", "maximum");
  if (const auto low = bound("exclusiveMinimum"); low && number <= *low)
    return misfit("not above", "exclusiveMinimum");
  if (const auto high = bound("exclusiveMaximum"); high && number >= *high)
    return misfit("not below", "exclusiveMaximum");
  return std::nullopt;
}

}  // namespace mesh::rules
