#include "core/scaffold/name.hpp"

#include "core/base/strings.hpp"
#include "core/model/read.hpp"

#include <algorithm>

namespace mesh::scaffold {
namespace {

constexpr size_t kMaxName = 63;

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

// What a store or a workspace keeps for itself (design section 3, "Identity").
bool is_reserved(std::string_view what, std::string_view name) {
  return (what == "product" || what == "domain") && model::is_reserved(name);
}

bool is_mailbox_part(std::string_view part) {
  constexpr std::string_view kMarks = ".+-_'=~!*$";  // none that means something in a URL
  return !part.empty() && std::ranges::all_of(part, [&](char c) {
    return is_letter_or_digit(c) || (c >= 'A' && c <= 'Z') || kMarks.find(c) != std::string_view::npos;
  });
}

}  // namespace

bool is_name(std::string_view text) { return !text.empty() && text.size() <= kMaxName && slug(text) == text; }

std::string slug(std::string_view text) {
  std::string name;
  for (const char c : to_lower(text)) {
    if (is_letter_or_digit(c))
      name += c;
    else if (!name.empty() && name.back() != '-')
      name += '-';
  }
  name.resize(std::min(name.size(), kMaxName));
  while (name.ends_with('-')) name.pop_back();
  return name;
}

Result<void> check_name(std::string_view what, std::string_view text) {
  const std::string shown = printable(text), kind(what);
  if (is_name(text)) {
    if (!is_reserved(what, text)) return {};
    return fail(Fault::usage, "`" + shown + "` is reserved and cannot name a " + kind,
                "`mesh`, `index` and `listing` have a meaning of their own where products are published");
  }
  if (text.empty()) return fail(Fault::usage, "the name of the " + kind + " is empty");
  std::string help = "a name has lower-case letters, digits and single dashes between them, at most 63";
  if (const std::string near = slug(text); is_name(near) && !is_reserved(what, near))
    help = "did you mean `" + near + "`? " + help;
  return fail(Fault::usage, "`" + shown + "` cannot name a " + kind, help);
}

Result<void> check_email(std::string_view text) {
  const size_t at = text.find('@');
  if (at != std::string_view::npos && is_mailbox_part(text.substr(0, at)) &&
      is_mailbox_part(text.substr(at + 1)))
    return {};
  return fail(Fault::usage, "`" + printable(text) + "` is not an e-mail address",
              "write it as team@example.com");
}

}  // namespace mesh::scaffold
