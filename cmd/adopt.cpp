#include "cmd/commands.hpp"
#include "cmd/evaluation.hpp"
#include "cmd/scaffolding.hpp"
#include "core/base/files.hpp"
#include "core/base/strings.hpp"
#include "core/scaffold/adopt.hpp"
#include "core/scaffold/name.hpp"
#include "core/workspace/paths.hpp"

#include <sys/stat.h>

#include <filesystem>
#include <memory>
#include <ostream>

namespace mesh::cmd {
namespace {

namespace fs = std::filesystem;

constexpr const char* kBaseline = "mesh-baseline.json";

struct Flags : ScaffoldFlags {
  std::string folder = ".";
  std::optional<std::string> name;
};

// The absolute folder, without links.
Result<fs::path> place_of(const std::string& folder) {
  const std::string shown = "`" + printable(folder) + "`";
  if (!is_folder(folder))
    return is_file(folder) ? fail(Fault::usage, shown + " is not a folder")
                           : fail(Fault::not_found, shown + " does not exist");
  std::error_code error;
  fs::path place = fs::canonical(folder, error);
  if (error) return fail(Fault::local_io, "cannot find " + shown + ": " + error.message());
  return place;
}

Result<std::string> name_of(const Flags& flags, const fs::path& place) {
  if (flags.name) {
    if (auto checked = scaffold::check_name("mesh", *flags.name); !checked) return pass(std::move(checked));
    return *flags.name;
  }
  std::string name = scaffold::slug(place.filename().string());
  if (!name.empty()) return name;
  return fail(Fault::usage,
              "the folder `" + printable(place.filename().string()) + "` gives the mesh no name",
              "name it with `--name`");
}

bool is_something(const fs::path& path) {
  struct stat about {};
  return ::lstat(path.c_str(), &about) == 0;
}

// What is to be written, and what is told about it.
struct Adopted {
  Scaffolded scaffolded;
  size_t manifests = 0, domains = 0, findings = 0;
};

Result<Adopted> adopt(const Flags& flags) {
  const auto place = place_of(flags.folder);
  if (!place) return tl::unexpected(place.error());
  if (is_something(*place / "mesh.yaml"))
    return fail(Fault::exists, "`" + printable(flags.folder) + "` is a mesh already: it has a mesh.yaml");
  const auto name = name_of(flags, *place);
  if (!name) return tl::unexpected(name.error());
  const auto today = day_of_run();
  if (!today) return tl::unexpected(today.error());

  workspace::Options options;
  options.paths = {flags.folder};
  const auto before = workspace::load(options);
  if (!before) return tl::unexpected(before.error());
  if (before->has_mesh)
    return fail(Fault::exists, "`" + printable(flags.folder) + "` belongs to the mesh in `" +
                                   printable(fs::path(before->root).filename().string()) + "` already");
  if (before->manifests == 0)
    return fail(Fault::not_found, "there is no manifest in `" + printable(flags.folder) + "`",
                "`mesh init` makes a mesh to start from");

  Adopted adopted;
  adopted.manifests = before->manifests;
  const auto domains = scaffold::guess_domains(*before, *name);
  adopted.domains = domains.size();
  const std::map<std::string, std::string, std::less<>> texts{
      {"mesh.yaml", scaffold::mesh_text(*name, domains, kBaseline)}};
  rules::Selection selection;
  selection.today = *today;
  options.texts = &texts;
  options.as_mesh = true;
  options.on_document = rules::document_hook(selection);
  auto after = workspace::load(options);
  if (!after) return tl::unexpected(after.error());
  const auto baseline = rules::Baseline::of(*after, rules::run(*after, selection), after->root);
  adopted.findings = baseline.size();

  scaffold::Plan plan{flags.folder, {{kBaseline, baseline.text()}, {"mesh.yaml", texts.begin()->second}}};
  adopted.scaffolded = {"mesh `" + *name + "`",
                        std::move(plan),
                        "next:",
                        {"mesh validate"},
                        "nothing was written; move it away first"};
  if (flags.folder != ".")
    adopted.scaffolded.next.insert(adopted.scaffolded.next.begin(), "cd " + flags.folder);
  return adopted;
}

int run(const Flags& flags, Streams& streams) {
  const auto adopted = adopt(flags);
  if (!adopted) return refuse(adopted.error(), flags, streams);
  const int code = write_and_report(adopted->scaffolded, flags, scaffold::Existing::refuse, streams);
  if (code == kOk && flags.format != "json" && !streams.global.quiet)
    streams.err << count_of(adopted->manifests, "manifest") << " in " << count_of(adopted->domains, "domain")
                << ", " << count_of(adopted->findings, "finding") << " in the baseline\n";
  return code;
}

}  // namespace

Command adopt() {
  const auto flags = std::make_shared<Flags>();
  return {
      .name = "adopt",
      .summary = "put a mesh around manifests that are there",
      .group = kStart,
      .options = {{"DIR", "DIR", "the folder that becomes a mesh", &flags->folder, {}, Hint::folder},
                  {"--name", "NAME", "the mesh's name (default: that of the folder)", &flags->name},
                  {"-n,--dry-run", "", "say what would be written, and write nothing", &flags->dry_run},
                  {"--format", "NAME", "how to print it", &flags->format, {"text", "json"}}},
      .run = [flags](Streams& streams) { return run(*flags, streams); },
  };
}

}  // namespace mesh::cmd
