#pragma once

#include "cmd/command.hpp"
#include "core/report/report.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Where the findings of a run go: standard output, the log of a CI service, files.
namespace mesh::cmd {

class Reports {
 public:
  // "auto" is text, and on GitHub and Azure the annotations that they read from the log, too.
  static constexpr std::string_view kAuto = "auto";
  static std::vector<std::string> formats();

  // `format`: one of formats(). `outputs`: "FORMAT=FILE" writes one more report; "FILE" takes what standard
  // output would get. usage: a format that does not exist, two files of one name.
  static Result<Reports> read(const std::string& format, const std::vector<std::string>& outputs);

  // Prints to `out` and writes all reports. What a baseline lists is told to programs only. The exit code says
  // only what went wrong in writing them.
  int write(const std::vector<Finding>& findings, const report::Summary& summary,
            const workspace::Workspace& workspace, Level fails_from, unsigned jobs,
            std::ostream& out, Streams& streams) const;

  // Whether a summary and the like may be said: nobody asked for quiet or reads a document.
  bool is_talkative(const Streams& streams) const;

  // The documents of a run that checked nothing, so that whoever reads them gets one; then the error itself.
  int fail(const Error& error, Streams& streams) const;

 private:
  struct File {
    report::Format format;
    std::string path;
  };
  std::vector<report::Format> printed_;  // on standard output, one after the other
  std::vector<File> files_;
};

}  // namespace mesh::cmd
