#include "cmd/commands.hpp"
#include "cmd/publishing.hpp"
#include "cmd/signals.hpp"
#include "core/base/files.hpp"
#include "core/base/json.hpp"
#include "core/base/strings.hpp"
#include "core/config/private_file.hpp"
#include "core/config/variables.hpp"
#include "core/oci/layout.hpp"
#include "core/publish/gc.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <ostream>

namespace mesh::cmd {
namespace {

struct Flags {
  std::string target, from, format = "text";
  std::optional<std::string> probe;
  NetworkFlags network;
};

// What was found out about one place. Whatever could not be is a problem, and the rest goes on.
struct Examined {
  std::string url;
  std::vector<std::string> domains;
  std::string profile;

  std::string source, id;  // of the credentials, for people
  std::optional<std::chrono::sys_seconds> expiry;
  bool has_credentials = false, needs_credentials = false;
  bool is_open = false;  // a folder, an emulator: needs none

  std::string server;  // its URL
  int status = 0;
  int64_t milliseconds = 0;
  std::optional<int64_t> ahead;  // seconds that the clock here is ahead of the server's

  std::optional<bool> can_be_read;
  enum class Conditions : uint8_t { not_tried, yes, no, refused } conditions = Conditions::not_tried;
  std::string probed, written;  // keys

  std::vector<Error> problems;
  std::vector<std::string> notes;
};

constexpr std::string_view name_of(Examined::Conditions conditions) {
  switch (conditions) {
    case Examined::Conditions::yes:
      return "yes";
    case Examined::Conditions::no:
      return "no";
    case Examined::Conditions::refused:
      return "refused";
    case Examined::Conditions::not_tried:
      break;
  }
  return "not-tried";
}

// ---- credentials

struct Held {
  std::string id;
  std::optional<std::chrono::sys_seconds> expiry;
};

Result<Held> keys_of(config::AwsFound& found) {
  const auto keys = found.keys->current();
  if (!keys) return tl::unexpected(keys.error());
  return Held{keys->key_id, keys->expiry};
}

Result<Held> token_of(config::AzureFound& found) {
  if (found.tokens) {
    const auto token = found.tokens->token();
    if (!token) return tl::unexpected(token.error());
    return Held{"", token->expiry};
  }
  const auto fixed = found.credentials->current();
  if (!fixed) return tl::unexpected(fixed.error());
  return Held{found.options.account, {}};
}

Result<Held> token_of(config::GoogleFound& found) {
  const auto token = found.tokens->token();
  if (!token) return tl::unexpected(token.error());
  return Held{"", token->expiry};
}

// What a file of secrets that others may read is called, if the credentials come from one.
void note_open_files(Examined& examined) {
  const std::string home = config::variable("HOME");
  for (const char* const name : {"AWS_SHARED_CREDENTIALS_FILE", "GOOGLE_APPLICATION_CREDENTIALS"}) {
    std::string path = config::variable(name);
    if (path.empty() && std::string_view(name).starts_with("AWS")) path = home + "/.aws/credentials";
    if (!path.empty() && examined.source.find(quoted(path)) != std::string::npos &&
        config::is_open_to_others(path))
      examined.notes.push_back("others can read " + quoted(path) + ": chmod 600 " + shell_quoted(path));
  }
}

template <class Found, class Ask>
void examine_credentials(const Result<Found>& found, const Ask& ask, Examined& examined) {
  examined.needs_credentials = true;
  if (!found) return;  // told by who opens the store
  examined.source = found->origin;
  note_open_files(examined);
  Found shared = *found;
  const auto held = ask(shared);
  if (!held) {
    examined.problems.push_back(held.error());
    return;
  }
  examined.has_credentials = true;
  examined.id = held->id;
  examined.expiry = held->expiry;
}

// ---- the server

Result<std::string> origin_of(const std::string& scheme, const std::string& url,
                              const store::Context& context) {
  if (scheme == "s3") {
    const auto address = store::s3_address(url, context.s3);
    if (!address) return tl::unexpected(address.error());
    return address->origin;
  }
  if (scheme == "az") {
    const auto address = store::azure_address(url, context.azure_options);
    if (!address) return tl::unexpected(address.error());
    return address->origin;
  }
  if (scheme == "gs") {
    const auto address = store::gcs_address(url, context.gcs);
    if (!address) return tl::unexpected(address.error());
    return address->origin;
  }
  return std::string();
}

// Asked by nobody: whatever it answers, it is there and tells its time.
void examine_server(http::Client& client, Examined& examined) {
  using Clock = std::chrono::system_clock;
  http::Request request;
  request.url = examined.server + "/";
  request.most_bytes = 1 << 20;
  const auto before = Clock::now();
  const auto response = client.send(request);
  const auto after = Clock::now();
  if (!response) {
    examined.problems.push_back(response.error());
    return;
  }
  examined.status = response->status;
  examined.milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(after - before).count();
  const auto there = http::date_of(*response);
  if (!there) return;
  // A date has no fractions: it is on average half a second old.
  const auto here = (before + (after - before) / 2).time_since_epoch() - std::chrono::milliseconds(500);
  examined.ahead = std::chrono::round<std::chrono::seconds>(here).count() - *there;
}

// ---- the store

// A product that is there already: trying conditions on it writes nothing.
Result<std::optional<std::string>> published_layout(store::Store& store, const Place& place) {
  constexpr uint64_t kLargest = 1 << 20;
  constexpr size_t kMost = 20;
  for (size_t i = 0; i < std::min(place.products.size(), kMost); ++i) {
    std::string key = oci::layout_key(place.products[i].prefix());
    const auto there = store.get(key, kLargest);
    if (there) return std::optional(std::move(key));
    if (there.error().fault != Fault::not_found) return tl::unexpected(there.error());
  }
  if (!place.products.empty()) return std::optional<std::string>();
  const auto domains = store.top_folders();
  if (!domains) return tl::unexpected(domains.error());
  for (size_t i = 0; i < std::min(domains->size(), kMost); ++i) {
    const auto layouts = publish::layouts_in(store, (*domains)[i]);
    if (layouts && !layouts->empty()) return std::optional(oci::layout_key(layouts->front().prefix()));
  }
  return std::optional<std::string>();
}

void try_conditions(store::Store& store, const std::string& key, bool is_asked_for, Examined& examined) {
  constexpr uint64_t kLargest = 1 << 20;
  examined.probed = key;
  const auto before = store.get(key, kLargest);
  if (!before && before.error().fault != Fault::not_found) {
    examined.problems.push_back(before.error());
    return;
  }
  const auto done = store.probe(key, oci::kLayoutBytes);
  if (!before && store.get(key, kLargest)) examined.written = key;
  if (done) {
    examined.conditions = Examined::Conditions::yes;
    return;
  }
  // Who only reads need not be allowed to write.
  if (done.error().fault == Fault::refused && !is_asked_for) {
    examined.conditions = Examined::Conditions::refused;
    examined.notes.push_back("with these credentials nothing can be written: " + done.error().message);
    return;
  }
  if (done.error().fault == Fault::usage) examined.conditions = Examined::Conditions::no;
  if (done.error().fault == Fault::refused) examined.conditions = Examined::Conditions::refused;
  examined.problems.push_back(done.error());
}

void examine_store(store::Store& store, const Place& place, const std::optional<publish::Identity>& asked,
                   Examined& examined) {
  constexpr uint64_t kLargest = 64 << 20;
  // Something that whoever uses this place may read, whether it is there or not.
  const std::string domain = asked ? asked->domain : place.domains.empty() ? "" : place.domains.front();
  const auto read = store.get(domain.empty() ? "mesh/root/index.json" : domain + "/listing.json", kLargest);
  examined.can_be_read = read || read.error().fault == Fault::not_found;
  if (!*examined.can_be_read) {
    examined.problems.push_back(read.error());
    if (domain.empty() && read.error().fault == Fault::refused)
      examined.notes.push_back("credentials of one domain are tried by `--probe DOMAIN/PRODUCT`");
    return;
  }
  if (asked) {
    try_conditions(store, oci::layout_key(asked->prefix()), true, examined);
    return;
  }
  const auto layout = published_layout(store, place);
  if (!layout) {
    examined.notes.push_back("whether it has conditional writes was not tried: " + layout.error().message);
    return;
  }
  if (*layout)
    try_conditions(store, **layout, false, examined);
  else
    examined.notes.push_back(
        "whether it has conditional writes was not tried: no product is there yet, and trying it would "
        "write; "
        "`--probe DOMAIN/PRODUCT` does, the oci-layout that publishing writes as well");
}

Examined examine(Remote& remote, const Place& place, const std::optional<publish::Identity>& asked) {
  Examined examined;
  examined.url = place.place.url;
  examined.domains = place.domains;
  examined.profile = place.place.profile;
  const std::string scheme = scheme_of(place.place.url);
  const bool is_emulated = scheme == "gs" && !config::variable("STORAGE_EMULATOR_HOST").empty();
  examined.is_open = scheme.empty() || scheme == "file" || is_emulated;
  const std::string& profile = place.place.profile;
  if (scheme == "s3")
    examine_credentials(
        remote.credentials().aws(profile), [](auto& f) { return keys_of(f); }, examined);
  if (scheme == "az")
    examine_credentials(
        remote.credentials().azure(profile), [](auto& f) { return token_of(f); }, examined);
  if (scheme == "gs" && !is_emulated)
    examine_credentials(
        remote.credentials().google(profile), [](auto& f) { return token_of(f); }, examined);

  const auto context = remote.context_of(place.place);
  if (!context) {
    examined.problems.push_back(context.error());
    return examined;
  }
  auto origin = origin_of(scheme, place.place.url, *context);
  if (!origin) {
    examined.problems.push_back(origin.error());
    return examined;
  }
  examined.server = std::move(*origin);
  if (!examined.server.empty()) {
    examine_server(*context->http, examined);
    if (examined.status == 0) return examined;
  }
  if (examined.needs_credentials && !examined.has_credentials) return examined;
  const auto store = remote.open(place.place);
  if (!store) {
    examined.problems.push_back(store.error());
    return examined;
  }
  examined.url = (*store)->url();
  examine_store(**store, place, asked, examined);
  return examined;
}

// ---- telling

// Of the clock here; what a date and a request can be off by counts for nothing.
std::string_view direction_of(int64_t ahead) {
  constexpr int64_t kInStep = 2;
  if (std::abs(ahead) <= kInStep) return "in step";
  return ahead > 0 ? "ahead" : "behind";
}

std::string json_of(const std::vector<Examined>& all) {
  JsonWriter json;
  const auto text_or_null = [&](const char* key, const std::string& text) {
    json.key(key);
    if (text.empty())
      json.null();
    else
      json.text(text);
  };
  json.begin_object().key("schemaVersion").number(1).key("targets").begin_array();
  for (const Examined& one : all) {
    json.new_line().begin_object().key("target").text(one.url).key("domains").begin_array();
    for (const std::string& domain : one.domains) json.text(domain);
    json.end_array();
    text_or_null("profile", one.profile);
    json.key("credentials");
    if (one.source.empty()) {
      json.null();
    } else {
      json.begin_object().key("source").text(one.source).key("usable").boolean(one.has_credentials);
      text_or_null("id", one.id);
      text_or_null("expires", one.expiry ? config::text_of(*one.expiry) : "");
      json.end_object();
    }
    json.key("server");
    if (one.status == 0) {
      json.null();
    } else {
      json.begin_object().key("url").text(one.server).key("status").number(static_cast<uint64_t>(one.status));
      json.key("milliseconds")
          .number(static_cast<uint64_t>(std::max<int64_t>(one.milliseconds, 0)))
          .end_object();
    }
    json.key("readable");
    if (one.can_be_read)
      json.boolean(*one.can_be_read);
    else
      json.null();
    json.key("conditionalWrites").text(name_of(one.conditions));
    text_or_null("probed", one.probed);
    text_or_null("written", one.written);
    json.key("clock");
    if (one.ahead) {
      json.begin_object().key("seconds").number(static_cast<uint64_t>(std::abs(*one.ahead)));
      json.key("direction").text(direction_of(*one.ahead)).end_object();
    } else {
      json.null();
    }
    json.key("problems").begin_array();
    for (const Error& problem : one.problems) {
      json.begin_object().key("message").text(problem.message);
      text_or_null("help", problem.help);
      json.end_object();
    }
    json.end_array().key("notes").begin_array();
    for (const std::string& note : one.notes) json.text(note);
    json.end_array().end_object();
  }
  json.new_line().end_array().end_object();
  return std::move(json).take();
}

std::string told_credentials(const Examined& one) {
  if (!one.needs_credentials) return one.is_open ? "none are needed" : "not known for targets of this kind";
  if (one.source.empty()) return "none were found";
  std::string text = one.source;
  if (!one.has_credentials) return text + ": they cannot be used";
  if (!one.id.empty()) text += ": " + one.id;
  if (one.expiry) text += ", good until " + config::text_of(*one.expiry);
  return text;
}

std::string told_writes(const Examined& one) {
  const std::string where = one.probed.empty()
                                ? ""
                                : ": tried on " + one.probed +
                                      (one.written.empty() ? ", nothing was written" : ", which was written");
  switch (one.conditions) {
    case Examined::Conditions::yes:
      return "it has conditional writes" + where;
    case Examined::Conditions::no:
      return "it has no conditional writes" + where;
    case Examined::Conditions::refused:
      return "refused" + where;
    case Examined::Conditions::not_tried:
      break;
  }
  return "not tried";
}

std::string told_clock(int64_t ahead) {
  const std::string_view direction = direction_of(ahead);
  if (direction == "in step") return "in step with the server's";
  return std::to_string(std::abs(ahead)) + " s " + (direction == "ahead" ? "ahead of" : "behind") +
         " the server's";
}

void print(Streams& streams, const std::vector<Examined>& all) {
  bool is_first = true;
  for (const Examined& one : all) {
    if (!std::exchange(is_first, false)) streams.out << "\n";
    std::vector<std::vector<std::string>> rows{{"target", one.url}};
    if (!one.domains.empty()) rows.push_back({"domains", join(one.domains, ", ")});
    if (!one.profile.empty()) rows.push_back({"profile", one.profile});
    rows.push_back({"credentials", told_credentials(one)});
    if (one.status != 0)
      rows.push_back({"server", one.server + " answers (HTTP " + std::to_string(one.status) +
                                    " to nobody) after " + std::to_string(one.milliseconds) + " ms"});
    else if (!one.server.empty())
      rows.push_back({"server", one.server + " does not answer"});
    if (one.can_be_read) rows.push_back({"reading", *one.can_be_read ? "works" : "does not work"});
    rows.push_back({"writing", told_writes(one)});
    if (one.ahead) rows.push_back({"clock", told_clock(*one.ahead)});
    for (auto& row : rows) row[1] = printable(row[1]);
    print_columns(streams.out, rows);
  }
  streams.out.flush();
}

int run(const Flags& flags, Streams& streams) {
  if (!flags.target.empty() && !flags.from.empty())
    return fail(streams, {Fault::usage, "the target is given twice: by itself and by `--from`", {}});
  std::optional<publish::Identity> asked;
  if (flags.probe) {
    auto identity = publish::parse_identity(*flags.probe);
    if (identity)
      if (auto good = publish::check_identity(*identity); !good) identity = tl::unexpected(good.error());
    if (!identity)
      return fail(streams, {Fault::usage, "`--probe`: " + identity.error().message, identity.error().help});
    asked = std::move(*identity);
  }
  const SignalWatch watch;
  auto places = places_of(flags.target.empty() ? flags.from : flags.target, WithProducts::yes);
  if (!places) return fail(streams, places.error());
  // The place of that domain, and no other.
  if (asked) {
    const auto own = std::ranges::find_if(*places, [&](const Place& place) {
      return std::ranges::find(place.domains, asked->domain) != place.domains.end();
    });
    if (own == places->end() && !places->front().domains.empty())
      return fail(streams, {Fault::usage, "the mesh has no domain " + quoted(asked->domain), {}});
    *places = {own == places->end() ? places->front() : *own};
  } else if (places->size() > 1 && places->front().domains.empty()) {
    places->erase(places->begin());  // every domain has one of its own
  }

  Remote remote(flags.network);
  std::vector<Examined> all;
  for (const Place& place : *places) {
    if (signal_caught() != 0) break;
    all.push_back(examine(remote, place, asked));
  }
  if (flags.format == "json")
    streams.out << json_of(all);
  else
    print(streams, all);
  streams.out.flush();
  int code = kOk;
  for (const Examined& one : all) {
    for (const Error& problem : one.problems) code = worst(code, fail(streams, problem));
    if (!streams.global.quiet)
      for (const std::string& note : one.notes) streams.err << "note: " << printable(note) << "\n";
    constexpr int64_t kTaken = 300;  // of the quarter of an hour that AWS takes, and some take less
    if (one.ahead && std::abs(*one.ahead) > kTaken)
      streams.err << "warning: the clock of this machine is " << told_clock(*one.ahead)
                  << ": signatures and tokens may be refused\n";
  }
  return signal_caught() != 0 ? 128 + signal_caught() : code;
}

}  // namespace

Command doctor() {
  const auto flags = std::make_shared<Flags>();
  Command command{
      .name = "doctor",
      .summary = "tell which credentials a target is used with, and whether it works",
      .group = kMore,
      .options =
          {{"TARGET",
            "TARGET",
            "name of a target in mesh.yaml, URL or folder; may be left out when mesh.yaml has one target",
            &flags->target,
            {},
            Hint::target},
           {"--to,--from", "TARGET", "the same, as other commands have it", &flags->from, {}, Hint::target},
           {"--probe", "DOMAIN/PRODUCT",
            "try conditional writes at that product, and write its oci-layout when it is not there",
            &flags->probe},
           {"--format", "NAME", "how to print the result", &flags->format, {"text", "json"}}},
      .run = [flags](Streams& streams) { return run(*flags, streams); },
  };
  return with_network(std::move(command), flags->network);
}

}  // namespace mesh::cmd
