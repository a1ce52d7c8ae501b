#include "core/rules/secrets.hpp"

#include "core/base/bytes32.hpp"
#include "core/base/strings.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <bitset>
#include <cstdint>
#include <vector>

namespace mesh::rules {

namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
constexpr bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool is_alnum(char c) { return is_digit(c) || is_upper(c) || is_lower(c); }
constexpr bool is_word(char c) { return is_alnum(c) || c == '_'; }
bool is_dashed(char c) { return is_word(c) || c == '-'; }
bool is_dotted(char c) { return is_dashed(c) || c == '.'; }
bool is_base64(char c) { return is_alnum(c) || c == '+' || c == '/' || c == '='; }
bool is_upper_or_digit(char c) { return is_upper(c) || is_digit(c); }
bool is_lower_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }
bool is_escaped(char c) { return is_base64(c) || c == '%' || c == '-' || c == '_'; }
bool is_host_path(char c) { return is_dashed(c) || c == '/'; }

// A fixed beginning, then `fewest` to `most` characters of one kind, and none of that kind after them.
struct Form {
  std::string_view prefix;
  bool (*is_part)(char);
  size_t fewest, most;
  std::string_view name;
};
constexpr size_t kAny = 4096;
constexpr std::array kForms{
    Form{"AKIA", is_upper_or_digit, 16, 16, "an AWS access key"},
    Form{"ASIA", is_upper_or_digit, 16, 16, "an AWS access key"},
    Form{"AIza", is_dashed, 35, 35, "a Google API key"},
    Form{"GOCSPX-", is_dashed, 24, 40, "a Google client secret"},
    Form{"ya29.", is_dotted, 30, kAny, "a Google access token"},
    Form{"ghp_", is_alnum, 36, 255, "a GitHub token"},
    Form{"gho_", is_alnum, 36, 255, "a GitHub token"},
    Form{"ghu_", is_alnum, 36, 255, "a GitHub token"},
    Form{"ghs_", is_alnum, 36, 255, "a GitHub token"},
    Form{"ghr_", is_alnum, 36, 255, "a GitHub token"},
    Form{"github_pat_", is_word, 40, 255, "a GitHub token"},
    Form{"glpat-", is_dotted, 20, 255, "a GitLab token"},
    Form{"xoxa-", is_dashed, 20, 255, "a Slack token"},
    Form{"xoxb-", is_dashed, 20, 255, "a Slack token"},
    Form{"xoxp-", is_dashed, 20, 255, "a Slack token"},
    Form{"xoxr-", is_dashed, 20, 255, "a Slack token"},
    Form{"xoxs-", is_dashed, 20, 255, "a Slack token"},
    Form{"xapp-", is_dashed, 20, 255, "a Slack token"},
    Form{"https://hooks.slack.com/services/T", is_host_path, 30, 255, "a Slack webhook"},
    Form{"sk_live_", is_alnum, 24, 255, "a Stripe key"},
    Form{"rk_live_", is_alnum, 24, 255, "a Stripe key"},
    Form{"dapi", is_lower_hex, 32, 32, "a Databricks token"},
    Form{"hvs.", is_dashed, 24, 255, "a Vault token"},
    Form{"npm_", is_alnum, 36, 36, "an npm token"},
    Form{"pypi-AgEIcHlwaS5vcmc", is_dashed, 50, kAny, "a PyPI token"},
    Form{"AccountKey=", is_base64, 40, 128, "an Azure storage key"},
    Form{"SharedAccessKey=", is_base64, 40, 128, "an Azure access key"},
};

// Shorter are passwords in URLs and among parameters only.
constexpr size_t kShortestForm = 20;
static_assert(std::ranges::all_of(kForms, [](const Form& form) {
  return form.prefix.size() + form.fewest >= kShortestForm;
}));

struct Found {
  size_t begin, end;
  std::string_view name;
};

template <class IsPart>
size_t run_length(std::string_view text, const IsPart& is_part) {
  return static_cast<size_t>(std::find_if_not(text.begin(), text.end(), is_part) - text.begin());
}

// `xxxxxxxx` and `00000000` are drawn, not made by a key generator.
bool looks_random(std::string_view text) {
  std::bitset<256> seen;
  for (const char c : text) seen.set(static_cast<unsigned char>(c));
  return seen.count() >= std::min<size_t>(6, text.size());
}

// `before` must not be part of the same run: no run of characters is looked at twice.
std::optional<Found> known_form(std::string_view text, size_t at, char before) {
  for (const Form& form : kForms) {
    if (form.prefix[0] != text[at] || !text.substr(at).starts_with(form.prefix) || form.is_part(before))
      continue;
    const std::string_view body = text.substr(at + form.prefix.size());
    const size_t length = run_length(body, form.is_part);
    if (length < form.fewest || length > form.most || !looks_random(body.substr(0, length))) continue;
    return Found{at, at + form.prefix.size() + length, form.name};
  }
  return std::nullopt;
}

// Three base64url parts, the first two of which are JSON objects.
std::optional<Found> json_web_token(std::string_view text, size_t at, char before) {
  if (is_dotted(before)) return std::nullopt;
  size_t end = at;
  for (int part = 0; part < 3; ++part) {
    if (part != 0 && (end >= text.size() || text[end++] != '.')) return std::nullopt;
    if (part != 2 && !text.substr(end).starts_with("eyJ")) return std::nullopt;
    const size_t length = run_length(text.substr(end), is_dashed);
    if (length < 10 || !looks_random(text.substr(end, length))) return std::nullopt;
    end += length;
  }
  return Found{at, end, "a JSON Web Token"};
}

std::optional<Found> private_key(std::string_view text, size_t at) {
  constexpr std::string_view kBegin = "-----BEGIN ";
  if (!text.substr(at).starts_with(kBegin)) return std::nullopt;
  const size_t close = text.find("-----", at + kBegin.size());
  if (close == std::string_view::npos) return std::nullopt;
  const std::string_view label = text.substr(at + kBegin.size(), close - at - kBegin.size());
  if (!label.ends_with("PRIVATE KEY") && !label.ends_with("PRIVATE KEY BLOCK")) return std::nullopt;
  const std::string_view body = text.substr(close + 5);
  size_t letters = 0;
  for (const char c : body.substr(0, 400)) letters += is_base64(c);
  if (letters < 40 || !looks_random(body.substr(0, 400))) return std::nullopt;  // only the words, as in prose
  return Found{at, text.size(), "a private key"};
}

bool is_url_end(char c) {
  return static_cast<unsigned char>(c) <= ' ' || c == '"' || c == '\'' || c == '<' || c == '>' || c == '`';
}

// `scheme://user:password@host`; `at` is the colon before the slashes.
std::optional<Found> password_before_host(std::string_view text, size_t at) {
  const size_t begin = at + 3;
  size_t end = begin, last_at = std::string_view::npos;
  for (; end < text.size() && text[end] != '/' && text[end] != '?' && text[end] != '#'; ++end) {
    // A space ends the URL unless it stands in a placeholder: `://user:<the password>@host`.
    if (is_url_end(text[end]) && text[end] != '<' && text[end] != '>') break;
    if (text[end] == '@') last_at = end;
  }
  if (last_at == std::string_view::npos) return std::nullopt;
  const size_t colon = text.find(':', begin);
  if (colon >= last_at) return std::nullopt;
  const std::string_view password = text.substr(colon + 1, last_at - colon - 1);
  const std::string_view user = text.substr(begin, colon - begin);
  if (is_placeholder(password) || user == password) return std::nullopt;
  if (last_at + 1 >= text.size() || is_url_end(text[last_at + 1])) return std::nullopt;  // no host
  return Found{colon + 1, last_at, "a password in a URL"};
}

// Azure's client secrets: three characters, a digit, `Q~`, 34 characters. `at` is the `Q`.
std::optional<Found> azure_client_secret(std::string_view text, size_t at) {
  const auto is_part = [](char c) { return is_dotted(c) || c == '~'; };
  if (at < 4 || at + 1 >= text.size() || text[at + 1] != '~' || !is_digit(text[at - 1])) return std::nullopt;
  const size_t begin = at - 4;
  if (begin > 0 && is_part(text[begin - 1])) return std::nullopt;
  const size_t length = run_length(text.substr(at + 2, 35), is_part);
  if (length < 31 || length > 34 || !looks_random(text.substr(at + 2, length))) return std::nullopt;
  return Found{begin, at + 2 + length, "an Azure client secret"};
}

// The word that ends before `at`.
std::string_view word_before(std::string_view text, size_t at) {
  size_t begin = at;
  while (begin > 0 && is_word(text[begin - 1])) --begin;
  return text.substr(begin, at - begin);
}

// The parameters that `Scan::parameter` knows.
bool is_secret_parameter(std::string_view name) {
  constexpr std::array<std::string_view, 6> kKnown{"sig", "password",      "passwd",
                                                   "pwd", "client_secret", "access_token"};
  return name.size() < 16 && std::ranges::find(kKnown, to_lower(name)) != kKnown.end();
}

// What a place of a text may be to a secret: nearly all are inside words, where none begins.
enum class Place : uint8_t { other, word, mark };
constexpr std::array<Place, 256> kPlaces = [] {
  std::array<Place, 256> places{};
  for (size_t c = 0; c < 128; ++c)
    if (is_word(static_cast<char>(c))) places[c] = Place::word;
  for (const char mark : {':', '-', '='}) places[static_cast<size_t>(mark)] = Place::mark;
  return places;
}();
Place place(char c) { return kPlaces[static_cast<unsigned char>(c)]; }

// How a word begins that may be a secret: its first and third character say most. Of both the low bits alone
// are looked at: what is let through by mistake is looked at again.
constexpr size_t kLow = 64;
constexpr std::array<bool, kLow* kLow> kBeginnings = [] {
  std::array<bool, kLow * kLow> pairs{};
  const auto add = [&](char first, char third) {
    pairs[static_cast<size_t>(first) % kLow * kLow + static_cast<size_t>(third) % kLow] = true;
  };
  for (const Form& form : kForms) add(form.prefix[0], form.prefix[2]);
  add('e', 'J');  // a JSON Web Token
  return pairs;
}();
bool may_begin(std::string_view word) {
  return word.size() > 2 && kBeginnings[static_cast<unsigned char>(word[0]) % kLow * kLow +
                                        static_cast<unsigned char>(word[2]) % kLow];
}

// Walks through the secrets of a text; linear in its length, whatever stands in it.
class Scan {
 public:
  explicit Scan(std::string_view text) : text_(text) {}

  std::optional<Found> next() {
    for (size_t at = candidate(at_); at + 1 < text_.size(); at = candidate(at + 1)) {
      auto found = at_place(at);
      if (!found) continue;
      at_ = std::max(found->end, at + 1);
      return found;
    }
    at_ = text_.size();
    return std::nullopt;
  }

 private:
  // The next place where a secret may begin, or where one may stand around.
  size_t candidate(size_t at) const {
    for (; at + 1 < text_.size(); ++at) {
      const Place here = place(text_[at]);
      if (here == Place::mark) return at;
      if (here == Place::other) continue;
      const bool begins = at == 0 || place(text_[at - 1]) != Place::word;
      if (begins && may_begin(text_.substr(at))) return at;
      at += run_length(text_.substr(at + 1), [](char c) { return place(c) == Place::word; });
      if (text_.substr(at).starts_with("Q~")) return at;
    }
    return at;
  }

  std::optional<Found> at_place(size_t at) {
    const char c = text_[at], after = text_[at + 1];
    if (c == ':') return text_.substr(at).starts_with("://") ? password_before_host(text_, at) : std::nullopt;
    if (c == 'Q' && after == '~') return azure_client_secret(text_, at);
    if (c == '-') return private_key(text_, at);
    if (c == '=') return parameter(at);
    const char before = at == 0 ? ' ' : text_[at - 1];
    if (is_word(before)) return std::nullopt;
    if (auto found = known_form(text_, at, before)) return found;
    return c == 'e' ? json_web_token(text_, at, before) : std::nullopt;
  }

  // `password=…` and `sig=…` among the parameters of a URL or a connection string, at the equals sign.
  std::optional<Found> parameter(size_t at) {
    const std::string_view word = word_before(text_, at);
    if (!is_secret_parameter(word)) return std::nullopt;
    const size_t begin = at - word.size();
    if (begin > 0 && std::string_view("?&; ").find(text_[begin - 1]) == std::string_view::npos)
      return std::nullopt;
    const std::string_view value = text_.substr(at + 1);
    const std::string name = to_lower(word);
    if (name == "sig") {
      const size_t length = run_length(value.substr(0, 500), is_escaped);
      if (length < 40 || !looks_random(value.substr(0, length)) || !is_azure()) return std::nullopt;
      return Found{at + 1, at + 1 + length, "an Azure shared access signature"};
    }
    if (!has_parameters()) return std::nullopt;
    const size_t length = std::min(value.find_first_of(";& \t\n\"'`,)"), value.size());
    if (is_placeholder(value.substr(0, length))) return std::nullopt;
    return Found{at + 1, at + 1 + length,
                 name == "client_secret"  ? "a client secret in a URL"
                 : name == "access_token" ? "an access token in a URL"
                                          : "a password in a connection string"};
  }

  // A parameter counts only where a URL or a list of parameters is certain: SQL compares columns named
  // `password` too.
  bool has_parameters() {
    if (!has_parameters_) {
      const bool is_list = text_.find(';') != text_.npos && text_.find(' ') == text_.npos;
      has_parameters_ = is_list || text_.find("://") != text_.npos || text_.starts_with("jdbc:") ||
                        to_lower(text_.substr(0, 64)).find("server=") != std::string::npos;
    }
    return *has_parameters_;
  }
  bool is_azure() {
    if (!is_azure_) is_azure_ = text_.find("sv=20") != text_.npos || text_.find("se=20") != text_.npos;
    return *is_azure_;
  }

  std::string_view text_;
  size_t at_ = 0;
  std::optional<bool> has_parameters_, is_azure_;
};

// The bits that end at least as many in a row.
template <int kCount>
constexpr uint64_t in_a_row(uint64_t bits) {
  if constexpr (kCount == 1) {
    return bits;
  } else {
    const uint64_t most = in_a_row<kCount - kCount / 2>(bits);
    return most & most << kCount / 2;
  }
}

// Looks, 32 bytes at a time, for what no secret is without: many bytes without a space, `@` after a user, `=`
// after the name of a parameter, dashes before `BEGIN`.
class Signs {
 public:
  explicit Signs(std::string_view text) : text_(text) {}

  bool any() {
    for (; at_ < text_.size(); at_ += Bytes32::kSize) {
      const Bytes32 bytes(text_, at_);
      dense_ = dense_ >> Bytes32::kSize | uint64_t{bytes.above(kBelowDense)} << Bytes32::kSize;
      const uint32_t forms = firsts(in_a_row<kShortestForm>(dense_));
      const uint32_t marks = last_dashes(bytes) | bytes.equal_to('@') | bytes.equal_to('=');
      if (any_of(forms, [&](size_t at) { return is_in_form(at); }) ||
          any_of(marks, [&](size_t at) { return is_in_other(at); }))
        return true;
    }
    return false;
  }

 private:
  // All that forms consist of is above it.
  static constexpr char kBelowDense = '*';
  static bool is_dense(char c) { return static_cast<signed char>(c) > kBelowDense; }

  static uint32_t firsts(uint64_t rows) {
    return static_cast<uint32_t>((rows & ~(rows << 1)) >> Bytes32::kSize);
  }

  template <class Is>
  bool any_of(uint32_t places, const Is& is) const {
    for (; places != 0; places &= places - 1)
      if (is(at_ + static_cast<size_t>(std::countr_zero(places)))) return true;
    return false;
  }

  // Azure's secrets have three bytes of any kind before those that are dense.
  bool is_in_form(size_t at) const {
    const size_t begin = at + 1 - std::min(at + 1, kShortestForm + 3);
    const size_t length = run_length(text_.substr(at), is_dense);
    return Scan(text_.substr(begin, at + length - begin)).next().has_value();
  }

  bool is_in_other(size_t at) const {
    if (text_[at] == '@') return is_after_user(at);
    if (text_[at] == '=') return is_secret_parameter(word_before(text_, at));
    return is_begin_of_key(at);
  }

  bool is_after_user(size_t at) const {
    const size_t before = text_.substr(0, at).find_last_of("/?#@ \t\r\n\"'`");
    return before != std::string_view::npos && text_.substr(0, before + 1).ends_with("://");
  }

  // The last of two dashes or more in a row: of five, two are among the same 32 bytes.
  static uint32_t last_dashes(const Bytes32& bytes) {
    const uint32_t dashes = bytes.equal_to('-'), pairs = dashes & dashes << 1;
    return pairs & ~(pairs >> 1);
  }
  // One more dash may be the first of the next bytes.
  bool is_begin_of_key(size_t at) const {
    const std::string_view rest = text_.substr(at + 1);
    return rest.starts_with("BEGIN ") || rest.starts_with("-BEGIN ");
  }

  std::string_view text_;
  size_t at_ = 0;
  uint64_t dense_ = 0;  // a bit for each byte from `at_` on, above those of the bytes before
};

// Letters and digits in lower case: `Client-Secret`, `client_secret` and `clientSecret` are one name.
std::string bare(std::string_view name) {
  std::string kept;
  for (const char c : to_lower(name))
    if (is_alnum(c)) kept += c;
  return kept;
}

enum class Naming { none, weak, strong };

// How the names of secrets end rules out nearly every key: by its last letter, which letters may be before
// it, of which the low bits alone are looked at; and which letters may be the third. What is neither letter
// nor digit is cut off first, so it may stand last, and before the last two.
struct Ends {
  std::array<uint32_t, 256> before{};
  std::array<bool, 256> third{};
};
constexpr Ends kEnds = [] {
  Ends ends;
  for (size_t c = 0; c < ends.before.size(); ++c)
    if (!is_alnum(static_cast<char>(c))) {
      ends.before[c] = ~0u;
      ends.third[c] = true;
    }
  constexpr size_t kToUpper = 'A' - 'a';
  for (const std::string_view end : {"ord", "swd", "pwd", "ase", "key", "ret", "ken"})
    for (const size_t to_case : {size_t{0}, kToUpper}) {
      ends.before[static_cast<size_t>(end[2]) + to_case] |= 1u << end[1] % 32;
      ends.third[static_cast<size_t>(end[0]) + to_case] = true;
    }
  return ends;
}();
bool ends_like_secret(std::string_view key) {
  const auto from_end = [&](size_t i) { return static_cast<unsigned char>(key[key.size() - i]); };
  return key.size() >= 3 && (kEnds.before[from_end(1)] >> from_end(2) % 32 & 1) != 0 &&
         kEnds.third[from_end(3)];
}

// The end of the bare name, longer than that of any secret.
class BareEnd {
 public:
  explicit BareEnd(std::string_view name) {
    for (; !name.empty() && at_ > 0; name.remove_suffix(1)) {
      const char c = name.back();
      if (is_alnum(c)) bytes_[--at_] = is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
    }
  }
  std::string_view text() const { return {bytes_.data() + at_, kSize - at_}; }

  static constexpr size_t kSize = 16;

 private:
  std::array<char, kSize> bytes_;
  size_t at_ = kSize;
};

// Strong: any literal value is the secret. Weak: it may as well be the name of a secret or a kind of
// authentication, so only a random-looking value counts.
Naming naming_of(std::string_view key) {
  constexpr std::array<std::string_view, 7> kStrong{
      "password", "passwd", "passphrase", "secretkey", "secretaccesskey", "clientsecret", "accesskeysecret"};
  constexpr std::array<std::string_view, 6> kWeak{"secret",     "token",           "apikey",
                                                  "accountkey", "sharedaccesskey", "privatekey"};
  const auto is_short = [](std::string_view known) { return known.size() < BareEnd::kSize; };
  static_assert(std::ranges::all_of(kStrong, is_short) && std::ranges::all_of(kWeak, is_short));
  while (!key.empty() && !is_alnum(key.back())) key.remove_suffix(1);
  if (!ends_like_secret(key) || !is_alnum(key[key.size() - 2])) return Naming::none;
  const BareEnd end(key);
  const auto ends = [name = end.text()](std::string_view known) { return name.ends_with(known); };
  if (end.text() == "pwd" || std::ranges::any_of(kStrong, ends)) return Naming::strong;
  return end.text() == "accesskey" || std::ranges::any_of(kWeak, ends) ? Naming::weak : Naming::none;
}

bool has_space(std::string_view text) { return text.find_first_of(" \t\r\n") != std::string_view::npos; }

// Long, mixed, one word: what a key generator makes, and no name that a person chose.
bool looks_generated(std::string_view value) {
  if (value.size() < 16 || !looks_random(value) ||
      !std::all_of(value.begin(), value.end(), [](char c) { return is_escaped(c) || c == '.' || c == '~'; }))
    return false;
  const auto has = [&](bool (*kind)(char)) { return std::any_of(value.begin(), value.end(), kind); };
  const auto digits = std::count_if(value.begin(), value.end(), is_digit);
  return digits >= 2 && ((has(is_upper) && has(is_lower)) || digits * 5 >= static_cast<long>(value.size()));
}

// `DB_PASSWORD` names the variable that holds it.
bool is_variable_name(std::string_view value) {
  return value.find('_') != std::string_view::npos &&
         std::all_of(value.begin(), value.end(), [](char c) { return is_upper_or_digit(c) || c == '_'; });
}

// Where the secret is kept, not the secret.
bool is_reference(std::string_view value) {
  constexpr std::array<std::string_view, 20> kStarts{
      "vault",     "kv/",      "secret/", "secrets/", "secret:", "secrets.", "op://", "env:", "env.", "arn:",
      "projects/", "keyvault", "ref:",    "ref+",     "file:",   "ssm:",     "sops:", "enc[", "aws-", "gcp-"};
  const std::string lower = to_lower(value);
  if (lower.find("://") != std::string::npos || value.starts_with('/') || value.starts_with("./"))
    return true;
  return std::any_of(kStarts.begin(), kStarts.end(),
                     [&](std::string_view start) { return lower.starts_with(start); });
}

}  // namespace

bool is_placeholder(std::string_view value) {
  constexpr std::array<std::string_view, 30> kWords{"",
                                                    "password",
                                                    "passwd",
                                                    "pass",
                                                    "pwd",
                                                    "changeme",
                                                    "changeit",
                                                    "change",
                                                    "placeholder",
                                                    "redacted",
                                                    "masked",
                                                    "hidden",
                                                    "removed",
                                                    "omitted",
                                                    "example",
                                                    "examplepassword",
                                                    "todo",
                                                    "tbd",
                                                    "none",
                                                    "null",
                                                    "na",
                                                    "empty",
                                                    "unset",
                                                    "default",
                                                    "dummy",
                                                    "required",
                                                    "optional",
                                                    "fixme",
                                                    "string",
                                                    "insertpasswordhere"};
  value = trim(value);
  if (value.size() < 2) return true;
  if (value.find_first_of("$<>{}") != std::string_view::npos &&
      (value.find("${") != std::string_view::npos || value.find("{{") != std::string_view::npos ||
       value.find("$(") != std::string_view::npos || value.starts_with('$') || value.starts_with('<') ||
       value.starts_with('{')))
    return true;
  if (value.starts_with('[') || (value.starts_with('%') && value.ends_with('%')) || value.starts_with('@'))
    return true;
  if (value.find("***") != std::string_view::npos || value.find("...") != std::string_view::npos ||
      value.find("\xE2\x80\xA6") != std::string_view::npos)
    return true;
  if (value.find_first_not_of(value[0]) == std::string_view::npos) return true;  // xxxxxx, ------
  const std::string word = bare(value);
  if (std::find(kWords.begin(), kWords.end(), word) != kWords.end()) return true;
  for (const std::string_view start : {"your", "my-", "my_", "changeme", "change-me", "change_me", "replace",
                                       "insert", "enter", "xxx", "some-", "some_"})
    if (to_lower(value).starts_with(start)) return true;
  return is_variable_name(value) || is_reference(value);
}

std::optional<std::string_view> secret_in(std::string_view text) {
  const auto found = Scan(text).next();
  if (!found) return std::nullopt;
  return found->name;
}

bool may_hold_secret(std::string_view text) { return Signs(text).any(); }

bool may_hold_secret(yaml::Node root) {
  const yaml::Tree* tree = root.tree();
  if (!tree) return false;
  const auto [begin, end] = root.span();
  if (may_hold_secret(tree->source().substr(begin, end - begin)) ||
      std::ranges::any_of(tree->kept_texts(), [](std::string_view text) { return may_hold_secret(text); }))
    return true;
  for (uint32_t id = 0, count = static_cast<uint32_t>(tree->node_count()); id < count; ++id) {
    const yaml::Tree::Data& node = tree->at(id);
    if (node.kind != yaml::Kind::string) continue;
    const std::string_view text = tree->text(node);
    if (ends_like_secret(text) && naming_of(text) != Naming::none) return true;
  }
  return false;
}

std::optional<std::string_view> secret_under(std::string_view key, std::string_view value) {
  const Naming naming = naming_of(key);
  if (naming == Naming::none || has_space(trim(value)) || is_placeholder(value)) return std::nullopt;
  if (naming == Naming::weak && !looks_generated(trim(value))) return std::nullopt;
  return naming == Naming::strong ? "a password" : "a key or token";
}

std::string without_secrets(std::string_view text) {
  std::string shown;
  Scan scan(text);
  size_t at = 0;
  while (const auto found = scan.next()) {
    shown += text.substr(at, std::max(found->begin, at) - at);
    shown += "***";
    at = found->end;
  }
  return shown += text.substr(at);
}

void hide_secrets(std::string& text) {
  if (may_hold_secret(text)) text = without_secrets(text);
}

void blank(std::string& text, size_t begin, size_t end) {
  for (size_t i = begin; i < std::min(end, text.size()); ++i)
    if (static_cast<unsigned char>(text[i]) > ' ' && static_cast<unsigned char>(text[i]) < 0x80)
      text[i] = '*';
}

// The value in `- "key": 'value'  # comment`, without its quotes.
static std::optional<Found> value_of_line(std::string_view line) {
  line = line.substr(0, line.find(" #"));
  const size_t colon = line.find(": ");
  const size_t key = line.find_first_not_of(" \t-\"'{");
  if (colon == std::string_view::npos || key >= colon) return std::nullopt;
  if (naming_of(line.substr(key, colon - key)) == Naming::none) return std::nullopt;
  const size_t begin = line.find_first_not_of(" \"'", colon + 1);
  const size_t last = line.find_last_not_of(" \t\r\"',}");
  if (begin == std::string_view::npos || last < begin) return std::nullopt;
  if (!secret_under(line.substr(key, colon - key), line.substr(begin, last + 1 - begin))) return std::nullopt;
  return Found{begin, last + 1, {}};
}

void blank_secrets(std::string& lines) {
  for (size_t begin = 0; begin < lines.size();) {
    const size_t end = std::min(lines.find('\n', begin), lines.size());
    const std::string_view line = std::string_view(lines).substr(begin, end - begin);
    std::vector<Found> secrets;  // all of them before one is blanked: they are told by what is around them
    if (may_hold_secret(line)) {
      Scan scan(line);
      while (const auto found = scan.next()) secrets.push_back(*found);
    }
    if (const auto value = value_of_line(line)) secrets.push_back(*value);
    for (const Found& secret : secrets) blank(lines, begin + secret.begin, begin + secret.end);
    begin = end + 1;
  }
}

}  // namespace mesh::rules
