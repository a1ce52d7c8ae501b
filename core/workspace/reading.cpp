#include "core/workspace/reading.hpp"

#include "core/base/descriptor.hpp"
#include "core/base/files.hpp"
#include "core/base/strings.hpp"
#include "core/model/read.hpp"
#include "core/workspace/fixes.hpp"
#include "core/workspace/lines.hpp"
#include "core/workspace/paths.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

namespace mesh::workspace {
namespace {

using schema::Identified;
using schema::Standard;

constexpr uint64_t kHead = 4096;

// The bytes of a file, at most one more than the limit; or why they cannot be had.
struct Bytes {
  std::string text;
  bool is_regular = true;
  bool vanished = false;  // gone or replaced since it was found: no reason to speak of it
  int error = 0;
};

// Of a file past the limit that need not matter, nothing is taken unless it starts like a manifest.
Bytes take(const std::string& path, bool is_named, uint64_t limit, bool matters) {
  Bytes bytes;
  // What was found was a regular file; a pipe that has taken its place must not stop us. What was named is
  // what it is.
  const int flags = O_RDONLY | O_CLOEXEC | (is_named ? 0 : O_NOFOLLOW | O_NONBLOCK);
  const Descriptor fd(uninterrupted([&] { return ::open(path.c_str(), flags); }));
  if (!fd) {
    bytes.error = errno;
    bytes.vanished = !is_named && (errno == ENOENT || errno == ELOOP);
    return bytes;
  }
  struct stat about {};
  if (::fstat(fd.get(), &about) != 0) {
    bytes.error = errno;
    return bytes;
  }
  bytes.is_regular = S_ISREG(about.st_mode);
  bytes.vanished = !is_named && !bytes.is_regular;
  if (bytes.vanished) return bytes;
  const auto size = static_cast<uint64_t>(bytes.is_regular ? about.st_size : 0);
  if (size > limit && !matters) {
    const auto head = read_to_end(fd.get(), kHead, kHead);
    if (!head || !starts_like_manifest(*head)) return bytes;
    ::lseek(fd.get(), 0, SEEK_SET);
  }
  auto text = read_to_end(fd.get(), std::min(size, limit), limit);
  if (text) bytes.text = std::move(*text);
  if (!text) bytes.error = text.error();
  return bytes;
}

// What a file is by its place and name, whatever stands in it.
enum class Role : unsigned char { any, named, mesh, domain, waivers };

Role role_of(const Candidate& candidate, const Scope& scope, std::string_view text) {
  if (scope.has_mesh && candidate.key == "mesh.yaml") return Role::mesh;
  const std::string_view name = std::string_view(candidate.key).substr(candidate.key.rfind('/') + 1);
  if (scope.has_mesh && name == "domain.yaml" && !is_foreign(text)) return Role::domain;
  if (scope.has_mesh && candidate.key == kWaiversFile && !is_foreign(text)) return Role::waivers;
  return is_manifest_name(name) ? Role::named : Role::any;
}

// A mesh.yaml or domain.yaml is one of ours even if it says so wrongly, and so are the mesh's waivers.
Identified of_role(Role role, yaml::Node root, Identified identified) {
  const Standard ours = role == Role::mesh     ? Standard::mesh
                        : role == Role::domain ? Standard::domain
                                               : Standard::waivers;
  const bool may_be_ours = role == Role::domain || role == Role::waivers;
  if (role != Role::mesh && (!may_be_ours || identified.standard != Standard::none)) return identified;
  if (identified.standard == ours) return identified;
  constexpr const char* kVersion = "mesh/v1";
  Identified forced;
  forced.standard = ours;
  forced.schema_version = kVersion;
  const auto version = root.find("apiVersion");
  if (version && version->is_string()) forced.version = version->text();
  forced.unknown_version = version && version->is_string() && forced.version != kVersion;
  return forced;
}

// Others' files are none of our business unless they say that they are manifests.
bool is_near(const Identified& identified, yaml::Node root) {
  if (!root.is_mapping()) return false;
  if (identified.nearest_kind && identified.nearest_kind->starts_with("Data")) return true;
  const auto version = root.find("apiVersion");
  if (!version || !version->is_string()) return false;
  if (version->text().starts_with("mesh/")) return true;
  const auto known = schema::versions(Standard::odcs);
  return !root.find("kind") && version->text().starts_with('v') &&
         std::ranges::find(known, version->text().substr(1)) != known.end();
}

class Reader {
 public:
  Reader(const Candidate& candidate, const std::string& shown, const Scope& scope, const Options& options,
         const Around& around, FileId file, Checking checking)
      : candidate_(candidate),
        shown_(shown),
        scope_(scope),
        options_(options),
        around_(around),
        file_(file),
        is_checked_(checking == Checking::yes) {
    reading_.findings.within(file);
  }

  Reading read() && {
    if (!candidate_.failure.empty()) {
      unreadable("the folder cannot be read: " + candidate_.failure);
      return std::move(reading_);
    }
    if (options_.texts)
      if (const auto given = options_.texts->find(candidate_.key); given != options_.texts->end()) {
        reading_.kept = given->second;
        judge(given->second);
        return std::move(reading_);
      }
    if (scope_.input && candidate_.key == scope_.input->key) return std::move(*this).read_input();
    const Role role = role_of(candidate_, scope_, {});
    const bool matters = candidate_.is_explicit || role != Role::any;
    const std::string path = joined(scope_.root, candidate_.key);
    // The root's mesh.yaml may be a link: it is looked for by its name.
    const bool is_named = candidate_.is_explicit || role == Role::mesh;
    Bytes bytes = take(path, is_named, options_.limits.bytes, matters);
    if (bytes.vanished) return std::move(reading_);
    if (bytes.error != 0) {
      unreadable(std::string("the file cannot be read: ") + std::strerror(bytes.error));
      return std::move(reading_);
    }
    if (!bytes.is_regular || options_.keep_texts) reading_.kept = bytes.text;
    judge(std::move(bytes.text));
    return std::move(reading_);
  }

 private:
  Reading read_input() && {
    if (scope_.input->error != 0) {
      unreadable(std::string("standard input cannot be read: ") + std::strerror(scope_.input->error));
      return std::move(reading_);
    }
    reading_.kept = scope_.input->text;
    judge(scope_.input->text);
    return std::move(reading_);
  }

  void unreadable(std::string message) {
    reading_.is_read = false;
    reading_.is_broken = true;
    reading_.findings.add("yaml/unreadable", Level::error, Span{}, printable(message));
  }

  void judge(std::string text) {
    role_ = role_of(candidate_, scope_, text);
    counts_ = candidate_.is_explicit || role_ != Role::any;
    if (!counts_ && !may_be_manifest(text)) return;
    const Source source(shown_, std::move(text));
    const auto documents = yaml::read(source, reading_.findings, options_.limits);
    has_variables_ = source.bytes().find("${") != std::string_view::npos;
    has_broken_yaml_ = std::ranges::any_of(reading_.findings.all(), [](const Finding& finding) {
      return finding.level == Level::error && finding.rule.starts_with("yaml/");
    });
    if (documents.empty()) {
      judge_broken(source.bytes());
    } else {
      for (const yaml::Document& document : documents) judge_document(document.root(), documents.size());
      for (const yaml::Node root : unknown_) tell_unknown(root);
    }
    if (!reading_.is_manifest) {
      reading_ = Reading{};
      reading_.findings.within(file_);
      return;
    }
    if (model::may_allow(source.bytes()))
      reading_.allows = model::read_allows(source, yaml::find_comments(source, documents), file_);
    finish_fixes(source, documents, reading_.findings);
    if (schema::is_own(reading_.standard)) {
      // Nobody but us reads these.
      std::erase_if(reading_.findings.all(),
                    [](const Finding& finding) { return finding.rule == "yaml/unportable-scalar"; });
    }
    reading_.excerpt = excerpt_of(source);
  }

  Excerpt excerpt_of(const Source& source) const {
    std::vector<uint32_t> offsets;
    offsets.reserve(4 * reading_.findings.size() + 1);
    const auto add = [&](const Place& at) {
      if (at.file == file_)
        offsets.insert(offsets.end(), {at.span.begin, std::max(at.span.begin, at.span.end)});
    };
    for (const Finding& finding : reading_.findings.all()) {
      add(finding.at);
      for (const Note& note : finding.notes) add(note.at);
    }
    // What rules over the whole mesh mostly point at.
    for (const model::Contract& contract : reading_.contracts)
      if (contract.status) offsets.push_back(contract.status.at.begin);
    for (const model::Product& product : reading_.products)
      for (const model::Port& port : product.outputs)
        if (port.contract_id) offsets.push_back(port.contract_id.at.begin);
    return Excerpt(source, std::move(offsets));
  }

  void judge_broken(std::string_view text) {
    if (!counts_ && !starts_like_manifest(text)) return;
    reading_.is_manifest = true;
    reading_.is_broken = true;
    reading_.other_ids = declared_ids(text);
    reading_.named_ids = named_contracts(text);
    if (role_ == Role::mesh) {
      reading_.standard = Standard::mesh;
      reading_.mesh = std::make_unique<model::Mesh>();
      reading_.mesh->file = file_;
    } else if (role_ == Role::domain) {
      reading_.standard = Standard::domain;
      guess_domain(text);
    }
  }

  void guess_domain(std::string_view text) {
    reading_.domain = std::make_unique<model::Domain>();
    model::Domain& domain = *reading_.domain;
    domain.file = file_;
    domain.folder = parent_of(candidate_.key);
    const auto name = top_level_value(text, "name");
    if (name && model::is_slug(*name)) domain.name = *name;
  }

  void judge_document(yaml::Node root, size_t count) {
    // What follows the last `---` may be nothing.
    if (root.is_null() && count > 1) return;
    const bool is_first = !seen_first_;
    seen_first_ = true;
    const Identified identified =
        of_role(is_first ? role_ : Role::named, root, schema::identify(root, candidate_.key));
    if (is_first) reading_.standard = identified.standard;
    if (identified.standard == Standard::none) {
      unknown_.push_back(root);
      return;
    }
    reading_.is_manifest = true;
    const size_t first_finding = reading_.findings.size();
    if (is_checked_) {
      schema::check(identified, root, reading_.findings, options_.formats);
      if (around_.own)
        around_.own->check(identified, root, options_.formats, reading_.findings, reading_.own);
    }
    model_document(
        Document{identified, root, file_, has_broken_yaml_, has_variables_, first_finding, &around_.mesh});
  }

  void tell_unknown(yaml::Node root) {
    const Identified identified = schema::identify(root, candidate_.key);
    // Beside a manifest, another tool's document is only another tool's.
    const bool is_near_one = is_near(identified, root);
    if (!is_near_one && (!counts_ || !reading_.contracts.empty() || !reading_.products.empty())) return;
    reading_.is_manifest = true;
    schema::check(identified, root, reading_.findings, options_.formats);
  }

  void model_document(Document document) {
    const Standard standard = document.identified.standard;
    const yaml::Node root = document.root;
    if (standard == Standard::odcs) {
      model::ContractDetails details = model::read_contract_details(root);
      details.settings = &around_.mesh;
      document.contract_details = &details;
      document.contract = &reading_.contracts.emplace_back(model::read_contract(details, file_));
      return judge_facts(document);
    }
    if (standard == Standard::odps) {
      model::ProductDetails details = model::read_product_details(root);
      details.settings = &around_.mesh;
      document.product_details = &details;
      document.product = &reading_.products.emplace_back(model::read_product(details, file_));
      return judge_facts(document);
    }
    judge_facts(document);
    if (standard == Standard::mesh && role_ == Role::mesh && !reading_.mesh)
      reading_.mesh = std::make_unique<model::Mesh>(model::read_mesh(root, file_));
    if (standard == Standard::domain && is_domain_file() && !reading_.domain)
      reading_.domain = std::make_unique<model::Domain>(
          model::read_domain(root, file_, std::string(parent_of(candidate_.key))));
    if (standard == Standard::waivers && !reading_.waivers)
      reading_.waivers = std::make_unique<model::Waivers>(model::read_waivers(root, file_));
    if (standard == Standard::dcs)
      if (const auto id = root.find("id"); id && id->is_string()) reading_.other_ids.emplace_back(id->text());
    if (standard == Standard::lf_odps) name_contracts_of_lf_odps(root);
  }

  // `product.contract.id`, whatever the version.
  void name_contracts_of_lf_odps(yaml::Node root) {
    std::optional<yaml::Node> node = root;
    for (const std::string_view key : {"product", "contract", "id"})
      node = node && node->is_mapping() ? node->find(key) : std::nullopt;
    if (node && node->is_string()) reading_.named_ids.emplace_back(node->text());
  }

  void judge_facts(const Document& document) {
    if (is_checked_ && around_.judge) around_.judge(document, reading_.findings);
  }

  bool is_domain_file() const {
    return std::string_view(candidate_.key).substr(candidate_.key.rfind('/') + 1) == "domain.yaml";
  }

  const Candidate& candidate_;
  const std::string& shown_;
  const Scope& scope_;
  const Options& options_;
  const Around& around_;
  FileId file_;
  bool is_checked_;
  Reading reading_;
  Role role_ = Role::any;
  bool counts_ = false;  // it is a manifest whatever stands in it
  bool seen_first_ = false;
  bool has_broken_yaml_ = false, has_variables_ = false;
  std::vector<yaml::Node> unknown_;
};

}  // namespace

Reading read_candidate(const Candidate& candidate, const std::string& shown, const Scope& scope,
                       const Options& options, const Around& around, FileId file, Checking checking) {
  return Reader(candidate, shown, scope, options, around, file, checking).read();
}

void read_standard_input(Input& input, uint64_t limit) {
  auto text = read_to_end(STDIN_FILENO, 0, limit);
  if (!text)
    input.error = text.error();
  else
    input.text = std::move(*text);
}

Result<std::string> read_bytes(const std::string& path, uint64_t limit) {
  if (path.empty()) {
    Input input;
    read_standard_input(input, limit);
    if (input.error != 0) return system_failure("cannot read standard input", input.error);
    return std::move(input.text);
  }
  Bytes bytes = take(path, true, limit, true);
  if (bytes.error != 0) return system_failure("cannot read " + path, bytes.error);
  return std::move(bytes.text);
}

}  // namespace mesh::workspace
