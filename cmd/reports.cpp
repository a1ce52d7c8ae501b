#include "cmd/reports.hpp"

#include "cmd/terminal.hpp"
#include "core/base/files.hpp"
#include "core/base/strings.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <ostream>
#include <sstream>

namespace mesh::cmd {
namespace {

using report::Format;

constexpr unsigned kWidth = 120;  // columns, where there is no terminal to ask

// What the CI service that we run on reads from the log.
std::optional<Format> annotations() {
  if (is_on("GITHUB_ACTIONS")) return Format::github;
  if (is_on("TF_BUILD")) return Format::azure;
  return std::nullopt;
}

Error unknown_format(const std::string& output, const std::string& name) {
  const auto near = nearest(name, report::names());
  return {Fault::usage, "`" + name + "` in `--output " + output + "` is not a format",
          (near ? "did you mean `" + *near + "`? " : "") + "a file of that name is `./" + output + "`"};
}

// Replaces a file as a whole; a link, a pipe or a device is written to as it is.
Result<void> write_file(const std::string& path, const std::string& text) {
  struct stat about {};
  if (::lstat(path.c_str(), &about) != 0 || S_ISREG(about.st_mode)) return replace_file(path, text);
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (fd < 0) return system_failure("cannot write " + path, errno);
  FdOutput buffer(fd);
  std::ostream out(&buffer);
  out << text << std::flush;
  ::close(fd);
  if (buffer.error() != 0) return system_failure("cannot write " + path, buffer.error());
  return {};
}

int keep(const std::string& path, const std::string& text, Streams& streams) {
  const auto written = write_file(path, text);
  if (written) return kOk;
  return fail(streams, {Fault::local_io, "the report is not written: " + written.error().message, {}});
}

// In a baseline.
bool is_listed(const Finding& finding) { return finding.waiver && finding.waiver->baseline; }

std::vector<Finding> without_baseline(const std::vector<Finding>& findings) {
  std::vector<Finding> told;
  std::ranges::remove_copy_if(findings, std::back_inserter(told), is_listed);
  return told;
}

}  // namespace

std::vector<std::string> Reports::formats() {
  std::vector<std::string> formats{std::string(kAuto)};
  for (std::string& name : report::names()) formats.push_back(std::move(name));
  return formats;
}

Result<Reports> Reports::read(const std::string& format, const std::vector<std::string>& outputs) {
  Reports reports;
  const auto chosen = report::format_named(format);
  bool prints = true;
  for (const std::string& output : outputs) {
    const size_t equals = output.find('=');
    const std::string name = output.substr(0, equals);
    const auto named = equals == output.npos ? std::nullopt : report::format_named(name);
    if (equals != output.npos && !named && name.find('/') == name.npos)
      return mesh::fail(Fault::usage, unknown_format(output, name).message,
                        unknown_format(output, name).help);
    const std::string path = named ? output.substr(equals + 1) : output;
    if (path.empty()) return mesh::fail(Fault::usage, "`--output " + output + "` names no file");
    if (path == "-" && named)
      return mesh::fail(Fault::usage, "`--output " + output + "` would mix two reports on standard output",
                        "use `--format " + name + "`");
    if (path == "-") continue;
    if (std::ranges::any_of(reports.files_, [&](const File& file) { return file.path == path; }))
      return mesh::fail(Fault::usage, "`--output` names `" + path + "` twice");
    if (!named) prints = false;
    reports.files_.push_back({named.value_or(chosen.value_or(Format::text)), path});
  }
  if (prints) reports.printed_.push_back(chosen.value_or(Format::text));
  if (!chosen)
    if (const auto read_by_service = annotations()) reports.printed_.push_back(*read_by_service);
  return reports;
}

int Reports::write(const std::vector<Finding>& findings, const report::Summary& summary,
                   const workspace::Workspace& workspace, Level fails_from, std::ostream& out,
                   Streams& streams) const {
  const report::Style style{streams.out_is_terminal ? std::max(streams.width, 60u) : kWidth,
                            streams.color_out, fails_from};
  const bool has_listed = std::ranges::any_of(findings, is_listed);
  const std::vector<Finding> told = has_listed ? without_baseline(findings) : std::vector<Finding>();
  const auto shown = [&](Format format) -> const std::vector<Finding>& {
    return is_document(format) || !has_listed ? findings : told;
  };
  for (const Format format : printed_) report::write(out, format, shown(format), summary, workspace, style);
  out.flush();
  int code = kOk;
  for (const File& file : files_) {
    std::ostringstream text;
    report::write(text, file.format, shown(file.format), summary, workspace, {kWidth, false, fails_from});
    code = worst(code, keep(file.path, text.str(), streams));
  }
  return code;
}

bool Reports::is_talkative(const Streams& streams) const {
  return !streams.global.quiet && std::ranges::none_of(printed_, report::is_document);
}

int Reports::fail(const Error& error, Streams& streams) const {
  int code = kOk;
  if (error.fault != Fault::usage && error.fault != Fault::internal) {
    for (const Format format : printed_)
      if (is_document(format)) report::write_failure(streams.out, format, error.message);
    for (const File& file : files_) {
      std::ostringstream text;
      report::write_failure(text, file.format, error.message);
      code = worst(code, keep(file.path, text.str(), streams));
    }
  }
  return worst(code, cmd::fail(streams, error));
}

}  // namespace mesh::cmd
