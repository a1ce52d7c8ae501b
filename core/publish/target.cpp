#include "core/publish/target.hpp"

#include "core/base/strings.hpp"

#include <algorithm>
#include <vector>

namespace mesh::publish {
namespace {

const model::Target* named(const std::vector<model::Target>& targets, std::string_view name) {
  const auto found = std::ranges::find(targets, name, &model::Target::name);
  return found == targets.end() ? nullptr : &*found;
}

std::vector<std::string> names(const std::vector<model::Target>& targets) {
  std::vector<std::string> all;
  for (const model::Target& target : targets) all.push_back(target.name);
  return all;
}

std::string listed(const std::vector<std::string>& all) {
  std::string text;
  for (const std::string& name : all) text += (text.empty() ? "`" : ", `") + printable(name) + "`";
  return text;
}

std::string below(const std::string& root, const std::string& folder) {
  return folder.empty() ? root : root + "/" + folder;
}

}  // namespace

// A typing error in a bare word must not make a folder, so such a word is a name and no path.
bool may_be_name(std::string_view asked) {
  return asked.find_first_of("/:\\") == asked.npos && !asked.starts_with('.');
}

Result<TargetPlace> find_target(const model::Mesh& mesh, const std::string& root, const model::Domain* domain,
                                std::string_view asked) {
  const std::vector<std::string> known = names(mesh.targets);
  if (asked.empty() && known.size() != 1)
    return fail(Fault::usage,
                known.empty() ? "no target is given, and no mesh.yaml names one"
                              : "no target is given, and mesh.yaml names several",
                known.empty() ? "name a folder or URL, such as ./public"
                              : "name one of " + listed(known) + ", or a folder or URL");
  const std::string_view name = asked.empty() ? std::string_view(known.front()) : asked;
  const model::Target* const own = domain ? named(domain->targets, name) : nullptr;
  const model::Target* const common = named(mesh.targets, name);
  const auto member = [&](std::string model::Target::*which) {
    if (own && !(own->*which).empty()) return own->*which;
    return common ? common->*which : std::string();
  };
  const std::string region = member(&model::Target::region), profile = member(&model::Target::profile);
  if (own && !own->url.empty()) return TargetPlace{own->url, below(root, domain->folder), region, profile};
  if (common && !common->url.empty()) return TargetPlace{common->url, root, region, profile};
  if (own || common) return fail(Fault::usage, "the target `" + printable(name) + "` has no `url`");
  if (!may_be_name(name)) return TargetPlace{std::string(name), ""};

  std::string help = "write `./" + printable(name) + "` for a folder";
  if (const auto near = nearest(name, known))
    help = "did you mean `" + printable(*near) + "`? " + help;
  else if (!known.empty())
    help = "the targets are " + listed(known) + "; " + help;
  return fail(Fault::usage, "no target is named `" + printable(name) + "`", help);
}

}  // namespace mesh::publish
