#include "core/scaffold/render.hpp"

#include "core/embed/embed.hpp"
#include "core/yaml/scalar.hpp"

#include <doctest.h>

#include <string>

using namespace mesh;
using namespace mesh::scaffold;

TEST_CASE("scaffold: a variable becomes its value and everything else stays byte for byte") {
  const Values values{{"x", "1"}, {"long_name", "two"}};
  CHECK(render("a <% x %>\r\n{{x}} ${{ y }} <%long_name%>%>\n\n", values, Syntax::plain) ==
        "a 1\r\n{{x}} ${{ y }} two%>\n\n");
  CHECK(render("", values, Syntax::yaml) == "");
}

TEST_CASE("scaffold: a tag that is no variable is refused with its line") {
  const Values values{{"x", "1"}};
  const auto message = [&](std::string_view text) {
    const auto rendered = render(text, values, Syntax::plain);
    return rendered ? std::string("rendered") : rendered.error().message;
  };
  CHECK(message("a\n<% y %>") == "line 2: `<% y %>` has no value");
  CHECK(message("<% x") == "line 1: `<%` is not closed");
  for (const char* tag : {"<%# x %>", "<%/ x %>", "<%^ x %>", "<%> x %>", "<%& x %>", "<%! x %>",
                          "<%= | | =%>", "<%%>", "<% x y %>", "<% a.b %>"})
    CHECK_MESSAGE(message(tag) != "rendered", tag);
}

TEST_CASE("scaffold: a value never becomes part of the template") {
  CHECK(render("<% x %>", {{"x", "<% y %>{{y}}"}, {"y", "no"}}, Syntax::plain) == "<% y %>{{y}}");
}

TEST_CASE("scaffold: a value stays one YAML scalar") {
  CHECK(yaml_scalar("sales-data") == "sales-data");
  CHECK(yaml_scalar("Sales Data EU") == "Sales Data EU");
  CHECK(yaml_scalar("urn:shop:sales:orders") == "urn:shop:sales:orders");
  CHECK(yaml_scalar("v3.2.0") == "v3.2.0");
  CHECK(yaml_scalar("a\"\nb: c") == "\"a\\\"\\nb: c\"");
  CHECK(yaml_scalar("a\\b\xe2\x80\xae") == "\"a\\\\b\\u202e\"");
  for (const char* quoted :
       {"",   "1",          "1.0",  "true", "No",   "null", "~",  "- a", "a: b", "a:",   "a #b",
        "#",  "*a",         "&a",   "!a",   "%a",   "@a",   "`a", "[a]", "{a}",  "a, b", " a",
        "a ", "2024-01-01", ".inf", "NaN",  "0x1f", "?",    "|",  ">",   "---",  "'a'",  "<<"})
    CHECK_MESSAGE(yaml_scalar(quoted).starts_with('"'), quoted);
}

TEST_CASE("scaffold: in YAML a variable stands for a whole value") {
  const Values values{{"x", "a"}};
  for (const char* good : {"k: <% x %>\n", "- <% x %>", "k: {a: <% x %>, b: <% x %>}",
                           "k: [<% x %>, <% x %>] ", "k: <% x %> # c"})
    CHECK_MESSAGE(render(good, values, Syntax::yaml), good);
  for (const char* bad : {"k: a<% x %>\n", "k: \"<% x %>\"", "k: <% x %>b", "# <% x %>", "<% x %>: a",
                          "k: '<% x %>'", "k:<% x %>"})
    CHECK_MESSAGE(!render(bad, values, Syntax::yaml), bad);
}

TEST_CASE("scaffold: a value that the syntax cannot hold is refused") {
  CHECK_FALSE(render("<% x %>", {{"x", "a\nb"}}, Syntax::plain));
  CHECK_FALSE(render("k: <% x %>", {{"x", "\xff"}}, Syntax::yaml));
  CHECK(render("{\"a\": \"<% x %>\"}", {{"x", "\"\\\n\x01"}}, Syntax::json) ==
        "{\"a\": \"\\\"\\\\\\n\\u0001\"}");
  CHECK(render("a <% x %>", {{"x", "<b>*`[x](y)\n# z"}}, Syntax::markdown) ==
        "a \\<b\\>\\*\\`\\[x\\]\\(y\\) \\# z");
}

TEST_CASE("scaffold: a path that leaves its folder or means something else elsewhere is refused") {
  for (const char* good : {"a", "a/b.yaml", ".gitignore", ".github/x", "a b/c", "..a", "com10", "a.git"})
    CHECK_MESSAGE(check_path(good), good);
  for (const char* bad :
       {"",       "/x",  "../x",         "a/../../x", "a/..",   "./a",      "a//b",         "a/",
        "C:\\x",  "C:x", ".git/hooks/x", ".GIT/x",    "a/.Git", "git~1/x",  "CON",          "nul.txt",
        "a/Lpt1", "a.",  "a ",           "a/b./c",    "a\tb",   "a\x7f",    "\xe2\x80\xae", "\xef\xbc\xa1/a",
        "a?b",    "a*b", "a|b",          "a<b",       "a\\b",   "e\xcc\x81"})
    CHECK_MESSAGE(!check_path(bad), bad);
  CHECK_FALSE(check_path(std::string_view("a\0b", 3)));
  CHECK(check_path(std::string(255, 'a')));
  CHECK_FALSE(check_path(std::string(256, 'a')));
}

TEST_CASE("scaffold: a name in a path is one part of it") {
  CHECK(render_path("x/__n__.odcs.yaml", {{"n", "orders"}}) == "x/orders.odcs.yaml");
  CHECK(render_path("__n__/__n__", {{"n", "a"}}) == "a/a");
  CHECK(render_path("a__b", {}) == "a__b");
  CHECK_FALSE(render_path("__m__", {{"n", "a"}}));
  for (const char* bad : {"a/b", "..", "", ".git", "a\n"})
    CHECK_MESSAGE(!render_path("__n__", {{"n", bad}}), bad);
}

TEST_CASE("scaffold: in the templates' Markdown only names stand in code, where nothing can be escaped") {
  for (const embed::File& file : embed::below("templates/")) {
    if (!file.path.ends_with(".md")) continue;
    bool in_code = false;
    for (size_t i = 0; i < file.bytes.size(); ++i) {
      if (file.bytes[i] == '`') in_code = !in_code;
      if (!in_code || !file.bytes.substr(i).starts_with("<% ")) continue;
      const std::string_view name = file.bytes.substr(i + 3, file.bytes.find(" %>", i) - i - 3);
      const bool is_name = name == "mesh" || name == "domain" || name == "product" || name == "contract";
      CHECK_MESSAGE(is_name, file.path, " has ", name, " in code");
    }
  }
}
