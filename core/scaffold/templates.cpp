#include "core/scaffold/templates.hpp"

#include "core/base/strings.hpp"
#include "core/embed/embed.hpp"

namespace mesh::scaffold {

static std::string with_dots(std::string_view path) {
  std::string dotted;
  for (const std::string_view part : split(path, '/')) {
    if (!dotted.empty()) dotted += '/';
    if (part.starts_with("dot_"))
      dotted += "." + std::string(part.substr(4));
    else
      dotted += part;
  }
  return dotted;
}

Result<void> add_template(std::string_view name, const std::string& into, const Values& values,
                          std::vector<File>& files) {
  const std::string prefix = "templates/" + std::string(name) + "/";
  const auto sources = embed::below(prefix);
  if (sources.empty()) return fail(Fault::internal, "there is no template `" + std::string(name) + "`");
  for (const embed::File& source : sources) {
    auto path = render_path(with_dots(source.path.substr(prefix.size())), values);
    if (!path) return pass(std::move(path));
    auto bytes = render(source.bytes, values, syntax_of(*path));
    if (!bytes) return std::move(bytes).error().in("template " + std::string(source.path));
    files.push_back({into.empty() ? *path : into + "/" + *path, *bytes});
  }
  return {};
}

}  // namespace mesh::scaffold
