#pragma once

#include "core/report/report.hpp"
#include "core/report/sources.hpp"

namespace mesh::report {

void write_text(std::ostream& out, const std::vector<Finding>& findings, Sources& sources,
                const Style& style);
void write_concise(std::ostream& out, const std::vector<Finding>& findings, Sources& sources,
                   const Style& style);
void write_json(std::ostream& out, const std::vector<Finding>& findings, const Summary& summary,
                Sources& sources);

}  // namespace mesh::report
