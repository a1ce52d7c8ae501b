#include "core/yaml/run.hpp"

#include "core/yaml/portable.hpp"

#include <fmt/format.h>

#include <utility>

namespace mesh::yaml {

void note_unportable(Run& run, std::string_view plain, Span at) {
  if (is_date(plain)) {
    // Told once a file: dates are many, and most readers of them agree on the day.
    if (run.dates++ == 0) run.first_date = at;
    return;
  }
  if (const auto other = unportable(plain))
    run.notes
        .add("yaml/unportable-scalar", Level::note, at,
             fmt::format("some parsers read `{}` as {}", plain, *other))
        .label = "put it in quotes";
}

void tell_notes(Run& run, Findings& findings) {
  if (run.dates > 0) {
    Finding& note = findings.add("yaml/unportable-scalar", Level::note, run.first_date,
                                 "some parsers read this as a date, not as text");
    note.label = "put it in quotes";
    if (run.dates > 1) note.help = fmt::format("the same holds for {} more in this file", run.dates - 1);
  }
  add_all(findings, run.notes);
}

void add_all(Findings& findings, Findings& more) {
  for (Finding& finding : more.all()) {
    finding.at.file = findings.file();
    for (Note& note : finding.notes) note.at.file = findings.file();
    findings.all().push_back(std::move(finding));
  }
}

}  // namespace mesh::yaml
