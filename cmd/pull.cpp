#include "cmd/commands.hpp"
#include "cmd/publishing.hpp"
#include "cmd/signals.hpp"
#include "cmd/target_stores.hpp"
#include "cmd/trusting.hpp"
#include "core/base/strings.hpp"
#include "core/config/user_folders.hpp"
#include "core/publish/pull.hpp"
#include "core/publish/seen.hpp"

#include <memory>
#include <ostream>

namespace mesh::cmd {
namespace {

struct Flags {
  std::string product, from, format = "text";
  std::optional<std::string> folder;
  bool require_signature = false, accept_rollback = false;
  NetworkFlags network;
};

struct Pulled {
  publish::Fetched fetched;
  publish::Written written;
  std::string folder, target;
};

std::string json_of(const Pulled& pulled) {
  std::string files, warnings;
  for (const auto& [title, bytes] : pulled.fetched.files)
    files += (files.empty() ? "" : ", ") + json_quote(title);
  for (const std::string& warning : pulled.fetched.warnings)
    warnings += (warnings.empty() ? "" : ", ") + json_quote(warning);
  return "{\"schemaVersion\": 1, \"target\": " + json_quote(pulled.target) +
         ", \"releases\": [\n  {\"domain\": " + json_quote(pulled.fetched.identity.domain) +
         ", \"product\": " + json_quote(pulled.fetched.identity.product) +
         ", \"version\": " + json_quote(publish::version_of(pulled.fetched.entry)) +
         ", \"digest\": " + json_quote(pulled.fetched.entry.digest) + ", \"action\": \"" +
         (pulled.written == publish::Written::now ? "created" : "unchanged") +
         "\", \"reason\": null, \"path\": " + json_quote(pulled.folder) + ", \"files\": [" + files +
         "], \"warnings\": [" + warnings + "]}\n]}\n";
}

void print(Streams& streams, const Pulled& pulled) {
  print_columns(streams.out,
                {{pulled.written == publish::Written::now ? "created" : "unchanged",
                  pulled.fetched.identity.prefix() + " " + publish::version_of(pulled.fetched.entry),
                  short_digest(pulled.fetched.entry.digest), printable(pulled.folder)}});
}

Result<Pulled> pull_release(const Flags& flags, Streams& streams, const publish::Wanted& wanted) {
  auto target = TargetStores::find(flags.network, flags.from);
  if (!target) return tl::unexpected(target.error());
  const auto store = target->of(wanted.identity.domain);
  if (!store) return tl::unexpected(store.error());
  const auto root = target->root_to_check(**store, flags.require_signature, streams);
  if (!root) return tl::unexpected(root.error());
  const publish::Seen seen(config::user_state_folder());
  uint64_t rev = 0;
  const auto check = [&](const oci::Index& index) -> Result<void> {
    rev = index.rev;
    if (flags.accept_rollback) return {};
    return seen.check((*store)->url(), wanted.identity, rev);
  };
  auto fetched = publish::fetch(**store, wanted, check);
  if (!fetched) return pass(std::move(fetched));
  if (*root) {
    const std::string version = publish::version_of(fetched->entry);
    auto checked = publish::check_signed(**store, wanted.identity, version, fetched->entry.digest, **root);
    if (!checked) return std::move(checked).error().in("`" + wanted.identity.prefix() + " " + version + "`");
  }
  Pulled pulled{std::move(*fetched), {}, flags.folder.value_or(wanted.identity.product), (*store)->url()};
  if (pulled.folder.empty()) return mesh::fail(Fault::usage, "the name of the output folder is empty");
  const auto written = publish::write_folder(pulled.fetched, pulled.folder);
  if (!written) return tl::unexpected(written.error());
  pulled.written = *written;
  const auto remembered = seen.remember((*store)->url(), wanted.identity, rev, flags.accept_rollback);
  if (!remembered)
    streams.err << "warning: the revision of the index is not remembered: "
                << printable(remembered.error().message) << "\n";
  return pulled;
}

int run(const Flags& flags, Streams& streams) {
  // Files are written aside and put in place as a whole; a signal waits for that.
  const SignalWatch watch;
  const auto wanted = publish::parse_wanted(flags.product);
  if (!wanted) return fail(streams, wanted.error());
  auto pulled = pull_release(flags, streams, *wanted);
  if (!pulled) return fail_with(flags.format, streams, pulled.error());
  if (flags.format == "json")
    streams.out << json_of(*pulled);
  else
    print(streams, *pulled);
  for (const std::string& warning : pulled->fetched.warnings)
    streams.err << "warning: " << printable(warning) << "\n";
  return signal_caught() != 0 ? 128 + signal_caught() : int(kOk);
}

}  // namespace

Command pull() {
  const auto flags = std::make_shared<Flags>();
  Command command{
      .name = "pull",
      .summary = "fetch a published product into a folder",
      .group = kPublish,
      .options =
          {{"PRODUCT",
            "PRODUCT",
            "DOMAIN/PRODUCT, with @VERSION for another than the newest",
            &flags->product,
            {},
            Hint::none,
            true},
           {"--from",
            "TARGET",
            "name of a target in mesh.yaml, URL or folder; may be left out when mesh.yaml has one target",
            &flags->from,
            {},
            Hint::target},
           {"-o,--output",
            "DIR",
            "the folder to make; without it one named like the product",
            &flags->folder,
            {},
            Hint::folder},
           {"--accept-rollback", "", "take an index that is older than one that was read before",
            &flags->accept_rollback},
           {"--format", "NAME", "how to print the result", &flags->format, {"text", "json"}},
           require_signature_option(flags->require_signature)},
      .run = [flags](Streams& streams) { return run(*flags, streams); },
  };
  return with_network(std::move(command), flags->network);
}

}  // namespace mesh::cmd
