#include "cmd/scaffolding.hpp"

#include "core/base/strings.hpp"
#include "core/base/utf8.hpp"
#include "core/scaffold/name.hpp"

#include <algorithm>
#include <filesystem>
#include <ostream>

namespace mesh::cmd {

namespace fs = std::filesystem;

namespace {

std::string json_list(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) text += (text.empty() ? "" : ", ") + item;
  return "[" + text + "]";
}

void print_json(const Scaffolded& scaffolded, const ScaffoldFlags& flags,
                const std::vector<scaffold::Outcome>& outcomes, std::ostream& out) {
  std::vector<std::string> files, next;
  for (const scaffold::Outcome& outcome : outcomes)
    files.push_back("{\"path\": " + json_quote(seen_from_here(scaffolded.plan.root, outcome.path)) +
                    ", \"action\": " + (outcome.created ? "\"created\"" : "\"unchanged\"") + "}");
  for (const std::string& step : scaffolded.next) next.push_back(json_quote(step));
  out << "{\"schemaVersion\": 1, \"dryRun\": " << (flags.dry_run ? "true" : "false")
      << ", \"files\": " << json_list(files) << ", \"next\": " << json_list(next) << ", \"error\": null}\n";
}

void print_text(const Scaffolded& scaffolded, const ScaffoldFlags& flags,
                const std::vector<scaffold::Outcome>& outcomes, Streams& streams) {
  streams.out << (flags.dry_run ? "would create the " : "created the ") << scaffolded.what << "\n";
  for (const scaffold::Outcome& outcome : outcomes)
    streams.out << "  " << printable(seen_from_here(scaffolded.plan.root, outcome.path))
                << (outcome.created ? "" : "  (there already, left as it is)") << "\n";
  if (flags.dry_run || streams.global.quiet || scaffolded.next.empty()) return;
  streams.out << "\n" << printable(scaffolded.hint) << "\n";
  for (const std::string& step : scaffolded.next) streams.out << "  " << printable(step) << "\n";
}

Result<void> check_text(std::string_view option, const std::string& value) {
  if (trim(value).empty()) return fail(Fault::usage, "`" + std::string(option) + "` is empty");
  if (utf8::first_invalid(value)) return fail(Fault::usage, "`" + std::string(option) + "` is not UTF-8");
  return {};
}

}  // namespace

std::string seen_from_here(const std::string& root, const std::string& path) {
  if (root.empty() || root == ".") return path;
  // From deep in a mesh: `../../domains/sales/a` is `a` there.
  std::error_code error;
  const fs::path here = fs::current_path(error);
  if (!error && root.starts_with(".."))
    return (here / root / path).lexically_normal().lexically_relative(here).generic_string();
  return root + (root.ends_with('/') ? "" : "/") + path;
}

std::vector<Option> scaffold_options(ScaffoldFlags& flags, const std::string& owner_default) {
  return {
      {"--team", "NAME", "the team that owns it (default: " + owner_default + ")", &flags.team},
      {"--email", "ADDRESS", "where the team is reached (default: " + owner_default + ")", &flags.email},
      {"-n,--dry-run", "", "say what would be written, and write nothing", &flags.dry_run},
      {"--format", "NAME", "how to print it", &flags.format, {"text", "json"}},
  };
}

Result<scaffold::Owner> owner_of(const ScaffoldFlags& flags, const std::string& domain) {
  scaffold::Owner owner{flags.team.value_or(domain + "-team"), {}};
  if (auto checked = check_text("--team", owner.team); !checked) return pass(std::move(checked));
  const std::string mailbox = scaffold::slug(owner.team);
  owner.email = flags.email.value_or((mailbox.empty() ? domain : mailbox) + "@example.com");
  if (auto checked = scaffold::check_email(owner.email); !checked) return pass(std::move(checked));
  return owner;
}

int write_and_report(const Scaffolded& scaffolded, const ScaffoldFlags& flags, scaffold::Existing existing,
                     Streams& streams) {
  const auto& [root, files] = scaffolded.plan;
  auto outcomes =
      flags.dry_run ? scaffold::preview(root, files, existing) : scaffold::write(root, files, existing);
  if (outcomes) std::ranges::sort(*outcomes, {}, &scaffold::Outcome::path);
  if (!outcomes) {
    Error error = outcomes.error();
    if (error.fault == Fault::exists && error.help.empty()) error.help = scaffolded.if_exists;
    return refuse(error, flags, streams);
  }
  if (flags.format == "json")
    print_json(scaffolded, flags, *outcomes, streams.out);
  else
    print_text(scaffolded, flags, *outcomes, streams);
  return kOk;
}

int refuse(const Error& error, const ScaffoldFlags& flags, Streams& streams) {
  const int code = fail(streams, error);
  if (flags.format == "json" && code != kUsage)
    streams.out << "{\"schemaVersion\": 1, \"dryRun\": " << (flags.dry_run ? "true" : "false")
                << ", \"files\": [], \"next\": [], \"error\": " << json_quote(error.message) << "}\n";
  return code;
}

}  // namespace mesh::cmd
