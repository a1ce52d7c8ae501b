#include "core/rules/cron.hpp"
#include "core/rules/dates.hpp"
#include "core/rules/naming.hpp"
#include "core/rules/physical_type.hpp"
#include "core/rules/regex_fault.hpp"
#include "core/rules/service_levels.hpp"
#include "core/rules/variables.hpp"

#include <doctest.h>

#include <string>

// The small languages that values of a contract are written in.
using namespace mesh;
using namespace mesh::rules;

TEST_CASE("a regular expression is refused only when no dialect takes it") {
  for (const char* const good : {"",
                                 "^[A-Z]{2}[0-9]{9}$",
                                 "(?=.*[a-z])(?!x)(?<=y)(?<!z).+",
                                 R"((a)\1)",
                                 "(?<year>[0-9]{4})-(?P<m>..)",
                                 "(?i)abc",
                                 "(?:a|b)?",
                                 "a*+b++c?+",
                                 "a{2}",
                                 "a{,3}",
                                 "a{2,}",
                                 "x{",
                                 "{name}",
                                 "[]abc]",
                                 "[^]]+",
                                 "[[:alpha:]]+",
                                 R"([\]]+)",
                                 R"(\Q(\E)",
                                 "(?#comment( )x",
                                 "(*ANYCRLF)a",
                                 "a|",
                                 "|a",
                                 "(?(1)a|b)",
                                 R"(\p{L}+)",
                                 "[a-]",
                                 "}",
                                 "]",
                                 R"(\\)",
                                 "(?>a)",
                                 "()",
                                 "^*"})
    CHECK_MESSAGE(!regex_fault(good), good);
  const auto fault = [](std::string_view pattern) {
    const auto found = regex_fault(pattern);
    return found ? std::string(pattern.substr(found->begin, found->end - found->begin)) + ": " +
                       std::string(found->what)
                 : std::string("none");
  };
  CHECK(fault("^([A-Z]{2}$") == "(: this `(` is never closed");
  CHECK(fault("abc)") == "): this `)` closes nothing");
  CHECK(fault("[a-z") == "[: this `[` is never closed");
  CHECK(fault("[]") == "none");
  CHECK(fault("[]a") == "none");  // an empty class in ECMAScript
  CHECK(fault("*.csv") == "*: there is nothing to repeat before this sign");
  CHECK(fault("(+a)") == "+: there is nothing to repeat before this sign");
  CHECK(fault("a|?") == "?: there is nothing to repeat before this sign");
  CHECK(fault("a{5,2}") == "{5,2}: this count ends below its start");
  CHECK(fault("abc\\") == "\\: it ends within an escape");
}

TEST_CASE("schedules of cron in the forms that schedulers know") {
  for (const char* const good :
       {"0 20 * * *", "*/5 * * * *", "0 0 1,15 * MON-FRI", "0 0 12 * * ?", "0 15 10 ? * 6L 2024-2030",
        "@daily", "@every 1h", "H H * * *", "cron(0 20 * * ? *)", "0 22-4 * * FRI-MON", "0 0 L * *",
        "0 0 15W * *", "0 0 * * 5#2", "CRON_TZ=Europe/Berlin 0 6 * * *", "0  6\t* * 7", "0 0 12 1/5 * ? *"})
    CHECK_MESSAGE(!cron_fault(good), good);
  CHECK(*cron_fault("0 25 * * *") == "`25` is no hour");
  CHECK(*cron_fault("daily") == "it has 1 field, not 5 or 6");
  CHECK(*cron_fault("0 20 * *") == "it has 4 fields, not 5 or 6");
  CHECK(*cron_fault("0 20 * * FOO") == "`FOO` is no day of week");
  CHECK(*cron_fault("*/0 * * * *") == "`*/0` is no minute");
  CHECK(*cron_fault("@dayly") == "`@dayly` is no name for a schedule");
  CHECK(*cron_fault("0 0 32 * *") == "`32` is no day of month");
  CHECK(cron_fault("1, * * * *"));
  CHECK(cron_fault(""));
}

TEST_CASE("days and moments are compared across time zones") {
  const auto is_before = [](std::string_view a, std::string_view b) {
    const auto left = parse_moment(a), right = parse_moment(b);
    REQUIRE(left);
    REQUIRE(right);
    return left->is_before(*right);
  };
  CHECK(is_before("2023-12-31", "2024-05-01"));
  CHECK_FALSE(is_before("2024-05-01", "2024-05-01"));
  CHECK_FALSE(is_before("2024-05-01", "2024-05-01T09:30"));
  CHECK_FALSE(is_before("2024-05-01T09:30", "2024-05-01"));
  CHECK(is_before("2024-05-01T09:30:00+02:00", "2024-05-01T08:00:00Z"));
  CHECK_FALSE(is_before("2024-05-01T00:30:00+02:00", "2024-04-30T22:30:00Z"));
  CHECK(is_before("2024-02-29 10:00:00.5", "2024-03-01"));
  CHECK(parse_moment("1970-01-01")->day == 0);
  CHECK(parse_moment("2000-03-01")->day == 11017);
  CHECK(parse_moment("1969-12-31T23:00-02:00")->day == 0);
  for (const char* const bad :
       {"", "2024", "2023-02-29", "2024-13-01", "2024-00-10", "01.05.2024", "2024-05-01T", "2024-05-01Tx",
        "Available 24/7", "2024-05-01T09:30+", "20240501", "2024-05-01T09:30:00+02:00x"})
    CHECK_MESSAGE(!parse_moment(bad), bad);
}

TEST_CASE("styles of names") {
  const auto written = [](std::string_view name) {
    std::string styles;
    for (const char* const style :
         {"snake_case", "camelCase", "PascalCase", "kebab-case", "UPPER_SNAKE_CASE", "lowercase"})
      if (is_style(name, *style_named(style))) styles += std::string(style) + " ";
    return styles;
  };
  CHECK(written("order") == "snake_case camelCase kebab-case lowercase ");
  CHECK(written("order_id2") == "snake_case ");
  CHECK(written("orderId") == "camelCase ");
  CHECK(written("OrderId") == "PascalCase ");
  CHECK(written("order-id") == "kebab-case ");
  CHECK(written("ORDER_ID") == "UPPER_SNAKE_CASE ");
  for (const char* const none : {"", "_order", "order_", "order__id", "2nd", "order id", "bestellungß"})
    CHECK_MESSAGE(written(none) == "", none);
  CHECK_FALSE(style_named("Snake_case"));
}

TEST_CASE("physical types of many engines belong to few families") {
  using enum PhysicalFamily;
  const auto family = [](std::string_view physical, std::string_view server = "") {
    return physical_family(physical, server);
  };
  CHECK(family("VARCHAR(36)") == text);
  CHECK(family("varchar[50]") == text);
  CHECK(family("CHARACTER VARYING (10)") == text);
  CHECK(family("text[]") == list);
  CHECK(family("int4[]") == list);
  CHECK(family("ARRAY<STRUCT<a: INT>>") == list);
  CHECK(family("struct<value:bigint>") == record);
  CHECK(family("MAP<STRING, ARRAY<INT>>") == map);
  CHECK(family("DECIMAL(10, 2)") == decimal);
  CHECK(family("NUMBER") == decimal);
  CHECK(family("numeric(38)") == decimal);
  CHECK(family("TIMESTAMP(6) WITH LOCAL TIME ZONE") == timestamp);
  CHECK(family("double  precision") == floating);
  CHECK(family("tinyint(1)", "mysql") == boolean);
  CHECK(family("tinyint") == integer);
  CHECK(family("DATE", "oracle") == timestamp);
  CHECK(family("DATE") == date);
  CHECK(family("timestamp", "sqlserver") == binary);
  CHECK(family("long", "oracle") == text);
  CHECK(family("long", "glue") == integer);
  for (const char* const other : {"", "Name", "9", "long", "bit", "record", "object", "repeated message",
                                  "enum_type", "interval", "<<", "((", "geography"})
    CHECK_MESSAGE(family(other) == unknown, other);
}

TEST_CASE("service levels and units under all their names") {
  CHECK(service_level("latency") == ServiceLevel::latency);
  CHECK(service_level("LY") == ServiceLevel::latency);
  CHECK(service_level("generalavailability") == ServiceLevel::general_availability);
  CHECK_FALSE(service_level("freshness"));
  CHECK(*nearest_service_level("latancy") == "latency");
  for (const char* const unit :
       {"d", "day", "Days", "h", "hrs", "ms", "s", "minutes", "mo", "y", "weeks", "business days"})
    CHECK_MESSAGE(seconds_of(unit), unit);
  CHECK(*seconds_of("Hours") == 3600);
  CHECK(*seconds_of("ms") == doctest::Approx(0.001));
  for (const char* const none : {"", "percent", "%", "fortnight", "rows"})
    CHECK_MESSAGE(!seconds_of(none), none);
}

TEST_CASE("variables, their names and defaults") {
  const auto first = next_variable("a ${HOST:-x:-y} ${PORT", 0);
  REQUIRE(first);
  CHECK(first->name == "HOST");
  CHECK(first->has_default);
  CHECK(first->begin == 2);
  CHECK(first->end == 15);
  const auto second = next_variable("a ${HOST:-x:-y} ${PORT", first->end);
  REQUIRE(second);
  CHECK_FALSE(second->is_closed);
  CHECK_FALSE(next_variable("$HOST {x} $", 0));
  CHECK(is_variable_name("_A1"));
  for (const char* const bad : {"", "1A", "env.X", "a b", "{ x }"})
    CHECK_FALSE_MESSAGE(is_variable_name(bad), bad);
}
