#include "core/base/json.hpp"
#include "core/base/percent.hpp"
#include "core/base/strings.hpp"
#include "core/report/facts.hpp"
#include "core/report/formats.hpp"
#include "core/rules/engine.hpp"
#include "core/rules/levels.hpp"

#include <algorithm>
#include <map>
#include <ostream>

// SARIF 2.1.0 (OASIS). GitHub takes 25,000 results a file and shows 5,000.
namespace mesh::report {
namespace {

constexpr std::string_view kSchema =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
constexpr std::string_view kBase = "%SRCROOT%";

// A relative path as a URI reference: everything but unreserved characters and `/` is percent-encoded.
std::string uri_of(std::string_view path) { return percent_encoded(path, "/"); }

// A text as a SARIF message: what would be read as a placeholder (`{0}`) or as a link (`[text](target)`)
// stays text. Braces of other kinds are left alone, because readers show doubled ones as they are.
std::string message_of(std::string_view text) {
  std::string message;
  for (size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '{' && at + 1 < text.size() && text[at + 1] >= '0' && text[at + 1] <= '9') {
      const size_t end = text.find_first_not_of("0123456789", at + 1);
      if (end != text.npos && text[end] == '}') {
        message.append("{{").append(text.substr(at + 1, end - at - 1)).append("}}");
        at = end;
        continue;
      }
    }
    const bool closes_link = c == ']' && text.substr(at + 1).starts_with('(');
    if (closes_link) {
      // The link may begin at any bracket before it.
      for (size_t open = message.rfind('['); open != message.npos && (open == 0 || message[open - 1] != '\\');
           open = open == 0 ? message.npos : message.rfind('[', open - 1))
        message.insert(open, 1, '\\');
      message += '\\';
    }
    message += c;
  }
  return message;
}

std::string_view sarif_level(Level level) { return level == Level::off ? "none" : name_of(level); }

// The paragraph below a heading of a rule's page.
std::string section_of(std::string_view page, std::string_view heading) {
  const std::string line = "## " + std::string(heading) + "\n";
  const size_t start = page.find(line);
  if (start == page.npos) return {};
  const std::string_view rest = page.substr(start + line.size());
  return std::string(trim(rest.substr(0, rest.find("\n## "))));
}

class Writer {
 public:
  Writer(std::ostream& out, const Report& report)
      : out_(out),
        report_(report),
        sources_(report.sources),
        paths_(report.workspace),
        fingerprints_(report.workspace) {
    for (const Finding& finding : report.findings) rule_index_.try_emplace(finding.rule, 0);
    size_t index = 0;
    for (auto& [rule, number] : rule_index_) number = index++;
  }

  void write() {
    json_.begin_object().key("$schema").text(kSchema).key("version").text("2.1.0");
    json_.key("runs").begin_array().new_line().begin_object();
    tool();
    invocation();
    json_.new_line().key("columnKind").text("unicodeCodePoints");
    json_.new_line().key("originalUriBaseIds").begin_object().key(kBase).begin_object();
    message("description", "the top of the repository");
    json_.end_object().end_object();
    json_.new_line().key("results").begin_array();
    for (const Finding& finding : report_.findings) {
      json_.new_line();
      result(finding);
      out_ << json_.drain();
    }
    if (!report_.findings.empty()) json_.new_line();
    json_.end_array().end_object().new_line().end_array().end_object();
    out_ << std::move(json_).take();
  }

 private:
  void message(std::string_view key, std::string_view text) {
    json_.key(key).begin_object().key("text").text(message_of(text)).end_object();
  }

  void tool() {
    json_.key("tool").begin_object().key("driver").begin_object();
    json_.key("name").text("mesh").key("semanticVersion").text(MESH_VERSION);
    json_.key("rules").begin_array();
    for (const auto& [id, index] : rule_index_) {
      json_.new_line();
      rule(id);
    }
    json_.end_array().end_object().end_object();
  }

  void rule(std::string_view id) {
    json_.begin_object().key("id").text(id);
    const auto& all = rules::all_rules();
    const auto listed = std::ranges::find(all, id, &rules::Listed::id);
    if (listed != all.end()) {
      json_.key("shortDescription").begin_object().key("text").text(listed->summary).end_object();
      const auto page = rules::page(id);
      if (page) {
        const std::string why = section_of(*page, "Why");
        json_.key("fullDescription").begin_object();
        json_.key("text").text(why.empty() ? listed->summary : std::string_view(why)).end_object();
        json_.key("help").begin_object().key("text").text(*page).key("markdown").text(*page).end_object();
      }
      json_.key("defaultConfiguration").begin_object();
      json_.key("enabled").boolean(listed->level != Level::off);
      json_.key("level").text(name_of(rules::level_when_on(*listed))).end_object();
    }
    json_.key("properties").begin_object().key("tags").begin_array();
    json_.text(std::string_view(id).substr(0, id.find('/'))).end_array().end_object();
    json_.end_object();
  }

  void invocation() {
    json_.new_line().key("invocations").begin_array().begin_object();
    json_.key("executionSuccessful").boolean(report_.failure.empty());
    if (!report_.failure.empty()) {
      json_.key("toolExecutionNotifications").begin_array().begin_object().key("level").text("error");
      message("message", report_.failure);
      json_.end_object().end_array();
    }
    json_.end_object().end_array();
  }

  void result(const Finding& finding) {
    json_.begin_object()
        .key("ruleId")
        .text(finding.rule)
        .key("ruleIndex")
        .number(rule_index_.at(finding.rule));
    json_.key("level").text(sarif_level(finding.level));
    std::string text = finding.message;
    for (const std::string& line : advice(finding, sources_)) text += "\n" + line;
    message("message", text);
    json_.key("locations").begin_array();
    if (has_file(finding.at)) json_.begin_object(), physical_location(finding.at), json_.end_object();
    json_.end_array();
    related_locations(finding);
    json_.key("partialFingerprints").begin_object();
    json_.key("meshFinding/v1").text(fingerprints_.next(finding)).end_object();
    fixes(finding);
    suppressions(finding);
    json_.key("properties").begin_object().key("message").text(finding.message);
    json_.key("label").text(finding.label).key("help").text(help_of(finding)).end_object();
    json_.end_object();
  }

  bool has_file(const Place& place) const { return place.file < report_.workspace.files.size(); }

  void artifact(FileId file) {
    json_.key("artifactLocation").begin_object().key("uri").text(uri_of(paths_.of(file)));
    json_.key("uriBaseId").text(kBase).end_object();
  }

  void region(std::string_view key, const Location& where) {
    json_.key(key).begin_object();
    json_.key("startLine").number(where.begin.line).key("startColumn").number(where.begin.column);
    json_.key("endLine").number(where.end.line).key("endColumn").number(where.end.column).end_object();
  }

  void physical_location(const Place& place) {
    json_.key("physicalLocation").begin_object();
    artifact(place.file);
    region("region", sources_.locate(place));
    json_.end_object();
  }

  void related_locations(const Finding& finding) {
    if (finding.notes.empty()) return;
    json_.key("relatedLocations").begin_array();
    size_t id = 0;
    for (const Note& note : finding.notes) {
      json_.begin_object().key("id").number(++id);
      message("message", note.message);
      if (has_file(note.at)) physical_location(note.at);
      json_.end_object();
    }
    json_.end_array();
  }

  void fixes(const Finding& finding) {
    if (!finding.fix || finding.fix->edits.empty() || !has_file(finding.at)) return;
    json_.key("fixes").begin_array().begin_object();
    message("description", finding.fix->title);
    json_.key("artifactChanges").begin_array().begin_object();
    artifact(finding.at.file);
    json_.key("replacements").begin_array();
    for (const Edit& edit : finding.fix->edits) {
      json_.begin_object();
      region("deletedRegion", sources_.locate({finding.at.file, edit.at}));
      json_.key("insertedContent").begin_object().key("text").text(edit.text).end_object().end_object();
    }
    json_.end_array().end_object().end_array();
    json_.key("properties").begin_object().key("safe").boolean(finding.fix->safe).end_object();
    json_.end_object().end_array();
  }

  void suppressions(const Finding& finding) {
    json_.key("suppressions").begin_array();
    if (finding.waiver) {
      const Waiver& waiver = *finding.waiver;
      json_.begin_object().key("kind").text(waiver.at.file == finding.at.file ? "inSource" : "external");
      json_.key("status").text("accepted").key("justification").text(waiver.reason);
      if (has_file(waiver.at)) {
        json_.key("location").begin_object();
        physical_location(waiver.at);
        json_.end_object();
      }
      json_.key("properties").begin_object().key("owner").text(waiver.owner);
      json_.key("until").text(waiver.until).end_object().end_object();
    }
    json_.end_array();
  }

  std::ostream& out_;
  const Report& report_;
  Sources& sources_;
  ForgePaths paths_;
  Fingerprints fingerprints_;
  std::map<std::string_view, size_t> rule_index_;
  JsonWriter json_;
};

}  // namespace

void write_sarif(std::ostream& out, const Report& report) { Writer(out, report).write(); }

}  // namespace mesh::report
