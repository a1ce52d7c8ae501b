#include "cmd/commands.hpp"
#include "cmd/scaffolding.hpp"
#include "core/base/files.hpp"
#include "core/base/strings.hpp"
#include "core/scaffold/name.hpp"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <ostream>

namespace mesh::cmd {
namespace {

namespace fs = std::filesystem;

struct Flags : ScaffoldFlags {
  std::string folder = ".";
  std::optional<std::string> name;
  std::string domain = "sales", product = "orders";
  bool keep = false;
};

// The absolute folder, without links where it exists.
Result<fs::path> place_of(const std::string& folder) {
  if (folder.empty()) return fail(Fault::usage, "the name of the folder is empty");
  std::error_code error;
  fs::path place = fs::weakly_canonical(fs::absolute(folder, error), error);
  if (error) return fail(Fault::local_io, "cannot find " + printable(folder) + ": " + error.message());
  if (place.filename().empty()) place = place.parent_path();
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

Result<void> check_no_mesh(const std::string& folder, const fs::path& place) {
  std::error_code ignored;
  if (!fs::exists(fs::symlink_status(place / "mesh.yaml", ignored))) return {};
  return fail(Fault::exists, "`" + printable(folder) + "` is a mesh already: it has a mesh.yaml",
              "`mesh new domain`, `mesh new product` and `mesh new contract` add to it");
}

// The folder of the mesh that `place` is inside of, as far as its own repository reaches.
std::optional<fs::path> mesh_around(const fs::path& place) {
  std::error_code ignored;
  for (fs::path at = place; at.has_relative_path() && !fs::exists(at / ".git", ignored);
       at = at.parent_path())
    if (is_file((at.parent_path() / "mesh.yaml").string())) return at.parent_path();
  return std::nullopt;
}

// As a shell reads it.
std::string shell_word(const std::string& text) {
  const bool plain = std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-_./+@:").find(c) != std::string_view::npos;
  });
  if (plain) return text;
  return shell_quoted(text);
}

Result<Scaffolded> plan(const Flags& flags) {
  const auto place = place_of(flags.folder);
  if (!place) return tl::unexpected(place.error());
  auto name = name_of(flags, *place);
  if (!name) return pass(std::move(name));
  if (auto checked = scaffold::check_name("domain", flags.domain); !checked) return pass(std::move(checked));
  if (auto checked = scaffold::check_name("product", flags.product); !checked)
    return pass(std::move(checked));
  auto owner = owner_of(flags, flags.domain);
  if (!owner) return pass(std::move(owner));
  if (auto checked = check_no_mesh(flags.folder, *place); !checked) return pass(std::move(checked));
  auto planned =
      scaffold::plan_mesh(flags.folder, {*name, flags.domain, "source-aligned", flags.product, *owner});
  if (!planned) return pass(std::move(planned));
  Scaffolded scaffolded{"mesh `" + *name + "`", *planned, "next:", {}};
  if (flags.folder != ".") scaffolded.next.push_back("cd " + shell_word(flags.folder));
  scaffolded.next.insert(scaffolded.next.end(), {"mesh validate", "mesh publish --to dev"});
  scaffolded.if_exists = "`--keep` leaves such files as they are and writes the others";
  return scaffolded;
}

int run(const Flags& flags, Streams& streams) {
  const auto planned = plan(flags);
  if (!planned) return refuse(planned.error(), flags, streams);
  if (const auto place = place_of(flags.folder); place && !streams.global.quiet)
    if (const auto around = mesh_around(*place))
      streams.err << "warning: `" << printable(flags.folder) << "` is inside the mesh `"
                  << printable(around->filename().string()) << "`, which reads it too\n";
  return write_and_report(*planned, flags, flags.keep ? scaffold::Existing::keep : scaffold::Existing::refuse,
                          streams);
}

}  // namespace

Command init() {
  const auto flags = std::make_shared<Flags>();
  Command command{
      .name = "init",
      .summary = "write a new mesh, valid and publishable at once",
      .group = kStart,
      .options = {{"DIR", "DIR", "where the mesh goes", &flags->folder, {}, Hint::folder},
                  {"--name", "NAME", "the mesh's name (default: that of the folder)", &flags->name},
                  {"--domain", "NAME", "its first domain", &flags->domain},
                  {"--product", "NAME", "the domain's first data product", &flags->product},
                  {"--keep", "", "leave files that exist as they are and write the others", &flags->keep}},
      .run = [flags](Streams& streams) { return run(*flags, streams); },
  };
  for (Option& option : scaffold_options(*flags, "made of the domain's name"))
    command.options.push_back(std::move(option));
  return command;
}

}  // namespace mesh::cmd
