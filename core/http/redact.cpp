#include "core/http/redact.hpp"

#include "core/base/base64.hpp"
#include "core/base/percent.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <vector>

namespace mesh::http {
namespace {

constexpr std::string_view kMask = "***";

// Without `-`, `_` and case, so that `client_secret`, `clientSecret` and `Client-Secret` are one name.
constexpr std::array<std::string_view, 8> kWhole = {"cookie", "setcookie",  "sig",       "signature",
                                                    "token",  "credential", "assertion", "passwd"};
constexpr std::array<std::string_view, 19> kEnds = {
    "authorization", "password",      "secret",       "apikey",       "accesskey",
    "privatekey",    "encryptionkey", "customerkey",  "accountkey",   "accesstoken",
    "refreshtoken",  "securitytoken", "sessiontoken", "authtoken",    "idtoken",
    "privatetoken",  "vaulttoken",    "signature",    "amzcredential"};
constexpr std::array<std::string_view, 2> kStarts = {"xgoog", "clientassertion"};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool is_letter_or_digit(char c) { return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9'); }
bool is_name_character(char c) { return is_letter_or_digit(c) || c == '-' || c == '_'; }
bool is_space(char c) { return c == ' ' || c == '\t'; }
bool ends_line(char c) { return c == '\n' || c == '\r'; }

bool equals(std::string_view a, std::string_view lower_case) {
  return std::equal(a.begin(), a.end(), lower_case.begin(), lower_case.end(),
                    [](char x, char y) { return lower(x) == y; });
}

bool is_header_to_end_of_line(std::string_view name) {
  return equals(name, "authorization") || equals(name, "proxy-authorization") || equals(name, "cookie") ||
         equals(name, "set-cookie");
}

std::string hexadecimal(std::string_view bytes, std::string_view digits) {
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

// In base64 three bytes are four characters, so a secret within a longer text may begin at any of three
// places. The characters that depend on what stands before or behind it are left out.
void add_base64(std::vector<std::string>& forms, std::string_view secret) {
  for (size_t before = 0; before < 3; ++before) {
    std::string text = base64(std::string(before, '\0') + std::string(secret));
    while (text.ends_with('=')) text.pop_back();
    text.erase(0, before == 0 ? 0 : before + 1);
    if ((before + secret.size()) % 3 != 0) text.pop_back();
    forms.push_back(text);
    std::ranges::replace(text, '+', '-');
    std::ranges::replace(text, '/', '_');
    forms.push_back(std::move(text));
  }
}

std::vector<std::string> forms_of(std::string_view secret) {
  std::vector<std::string> forms{std::string(secret), percent_encoded(secret)};
  std::string small;
  for (size_t i = 0; i < forms[1].size(); ++i) {
    const bool is_digit = (i > 0 && forms[1][i - 1] == '%') || (i > 1 && forms[1][i - 2] == '%');
    small += is_digit ? lower(forms[1][i]) : forms[1][i];
  }
  forms.push_back(std::move(small));
  forms.push_back(hexadecimal(secret, "0123456789abcdef"));
  forms.push_back(hexadecimal(secret, "0123456789ABCDEF"));
  add_base64(forms, secret);
  // What is contained in another must not spoil it.
  std::ranges::stable_sort(forms, std::greater(), &std::string::size);
  return forms;
}

class Redactor {
 public:
  explicit Redactor(std::string_view text) : text_(text) { shown_.reserve(text.size()); }

  std::string run() {
    while (at_ < text_.size()) step();
    return std::move(shown_);
  }

 private:
  void step() {
    if (text_.substr(at_).starts_with("://")) {
      copy(3);
      mask_user_info();
    } else if (is_escape(at_)) {
      copy(3);  // what stands behind %26 or %3F begins a name
    } else if (is_name_character(text_[at_])) {
      word();
    } else {
      copy(1);
    }
  }

  void word() {
    size_t end = at_;
    while (end < text_.size() && is_name_character(text_[end])) ++end;
    const std::string_view name = text_.substr(at_, end - at_);
    if (name.starts_with("eyJ") && name.size() >= 20) {  // how each JSON object begins in base64, so each JWT
      mask([](char c) { return is_name_character(c) || c == '.'; });
      return;
    }
    const bool in_tag = at_ > 0 && text_[at_ - 1] == '<';
    copy(name.size());
    if (is_secret_name(name))
      mask_value(name, in_tag);
    else if (equals(name, "bearer") || equals(name, "basic"))
      mask_credentials();
  }

  // What follows the name of a secret, when it is a value at all.
  void mask_value(std::string_view name, bool in_tag) {
    size_t next = at_;
    if (in_tag && next < text_.size() && text_[next] == '>') {
      copy(1);
      mask([](char c) { return c != '<'; });
      return;
    }
    while (next < text_.size() && (text_[next] == '"' || text_[next] == '\'' || text_[next] == '\\')) ++next;
    while (next < text_.size() && is_space(text_[next])) ++next;
    if (next == text_.size()) return;
    const bool escaped = is_escape(next) && lower(text_[next + 2]) == 'd' && text_[next + 1] == '3';
    const char sign = escaped ? '=' : text_[next];
    if (sign != '=' && sign != ':') return;
    next += escaped ? 3 : 1;
    while (next < text_.size() && is_space(text_[next])) ++next;
    while (next < text_.size() && text_[next] == '\\') ++next;
    const char quote =
        next < text_.size() && (text_[next] == '"' || text_[next] == '\'') ? text_[next] : '\0';
    const bool quote_is_escaped = text_[next - 1] == '\\';
    copy(next - at_ + (quote ? 1 : 0));
    if (quote) {
      mask_quoted(quote, quote_is_escaped);
    } else if (sign == ':' || is_header_to_end_of_line(name)) {
      mask([](char c) { return !ends_line(c); });
    } else {
      mask([](char c) {
        return !ends_line(c) && !is_space(c) && c != '&' && c != '"' && c != '\'' && c != '<';
      });
    }
  }

  // In JSON within a string the quotes themselves are escaped, and nothing between them is.
  void mask_quoted(char quote, bool quote_is_escaped) {
    size_t end = at_;
    while (end < text_.size() && text_[end] != quote && !ends_line(text_[end]))
      end += text_[end] == '\\' && !quote_is_escaped ? 2 : 1;
    skip_to(std::min(end, text_.size()));
  }

  // "Bearer TOKEN", but not `Bearer realm="…"`, which is the server's question, and not "bearer token".
  void mask_credentials() {
    size_t next = at_;
    while (next < text_.size() && is_space(text_[next])) ++next;
    if (next == at_) return;
    size_t end = next;
    while (end < text_.size() && (is_name_character(text_[end]) ||
                                  std::string_view("._~+/=:").find(text_[end]) != std::string_view::npos))
      ++end;
    const std::string_view run = text_.substr(next, end - next);
    const size_t sign = run.find('=');
    const bool is_parameter =
        sign != std::string_view::npos && sign + 1 == run.size() && end < text_.size() && text_[end] == '"';
    if (run.size() < 6 || is_parameter || equals(run, "tokens") || equals(run, "authentication")) return;
    copy(next - at_);
    skip_to(end);
  }

  void mask_user_info() {
    size_t end = at_;
    while (end < text_.size() && static_cast<unsigned char>(text_[end]) > ' ' &&
           std::string_view("/?#\"'<>`").find(text_[end]) == std::string_view::npos)
      ++end;
    const size_t sign = text_.substr(at_, end - at_).rfind('@');
    if (sign != std::string_view::npos) skip_to(at_ + sign);
  }

  bool is_escape(size_t at) const {
    return text_[at] == '%' && at + 2 < text_.size() && hex_value(text_[at + 1]) >= 0 &&
           hex_value(text_[at + 2]) >= 0;
  }

  template <class Belongs>
  void mask(const Belongs& belongs) {
    size_t end = at_;
    while (end < text_.size() && belongs(text_[end])) ++end;
    skip_to(end);
  }

  void skip_to(size_t end) {
    if (end > at_) shown_ += kMask;
    at_ = end;
  }

  void copy(size_t count) {
    shown_ += text_.substr(at_, count);
    at_ += count;
  }

  std::string_view text_;
  std::string shown_;
  size_t at_ = 0;
};

}  // namespace

bool is_secret_name(std::string_view name) {
  std::string bare;
  for (const char c : name)
    if (c != '-' && c != '_') bare += lower(c);
  const auto is = [&](std::string_view known) { return bare == known; };
  const auto ends = [&](std::string_view known) { return bare.ends_with(known); };
  const auto starts = [&](std::string_view known) { return bare.starts_with(known); };
  return std::any_of(kWhole.begin(), kWhole.end(), is) || std::any_of(kEnds.begin(), kEnds.end(), ends) ||
         std::any_of(kStarts.begin(), kStarts.end(), starts);
}

std::string without(std::string text, std::string_view secret) {
  constexpr size_t kShortest = 4;
  if (secret.size() < kShortest) return text;
  for (const std::string& form : forms_of(secret)) {
    size_t from = 0, at = text.find(form);
    if (at == std::string::npos) continue;
    std::string shown;
    for (; at != std::string::npos; from = at + form.size(), at = text.find(form, from)) {
      shown.append(text, from, at - from);
      shown += kMask;
    }
    text = shown.append(text, from);
  }
  return text;
}

std::string redacted(std::string_view text) { return Redactor(text).run(); }

}  // namespace mesh::http
