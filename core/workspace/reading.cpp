#include "core/workspace/reading.hpp"

#include "core/base/descriptor.hpp"
#include "core/base/files.hpp"
#include "core/base/strings.hpp"
#include "core/model/read.hpp"
#include "core/workspace/lines.hpp"
#include "core/workspace/paths.hpp"

#include <fcntl.h>
#include <sys/stat.h>

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
  const bool is_input = path.empty();
  const Descriptor fd(is_input ? ::dup(0) : uninterrupted([&] { return ::open(path.c_str(), flags); }));
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
  bytes.is_regular = S_ISREG(about.st_mode) && !is_input;
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
enum class Role : unsigned char { any, named, mesh, domain };

Role role_of(const Candidate& candidate, const Scope& scope, std::string_view text) {
  if (scope.has_mesh && candidate.key == "mesh.yaml") return Role::mesh;
  const std::string_view name = std::string_view(candidate.key).substr(candidate.key.rfind('/') + 1);
  if (scope.has_mesh && name == "domain.yaml" && !is_foreign(text)) return Role::domain;
  return is_manifest_name(name) ? Role::named : Role::any;
}

// A mesh.yaml or domain.yaml is one of ours even if it says so wrongly.
Identified of_role(Role role, yaml::Node root, Identified identified) {
  const Standard ours = role == Role::mesh ? Standard::mesh : Standard::domain;
  if (role != Role::mesh && (role != Role::domain || identified.standard != Standard::none))
    return identified;
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
         FileId file, Checking checking)
      : candidate_(candidate),
        shown_(shown),
        scope_(scope),
        options_(options),
        file_(file),
        is_checked_(checking == Checking::yes) {
    reading_.findings.within(file);
  }

  Reading read() && {
    if (!candidate_.failure.empty()) {
      unreadable("the folder cannot be read: " + candidate_.failure);
      return std::move(reading_);
    }
    const bool is_input = candidate_.key == kStandardInput;
    const bool matters = candidate_.is_explicit || role_of(candidate_, scope_, {}) != Role::any;
    const std::string path = is_input ? std::string() : joined(scope_.root, candidate_.key);
    // The root's mesh.yaml may be a link: it is looked for by its name.
    const bool is_named = candidate_.is_explicit || role_of(candidate_, scope_, {}) == Role::mesh;
    Bytes bytes = take(path, is_named, options_.limits.bytes, matters);
    if (bytes.vanished) return std::move(reading_);
    if (bytes.error != 0) {
      unreadable(std::string("the file cannot be read: ") + std::strerror(bytes.error));
      return std::move(reading_);
    }
    if (!bytes.is_regular) reading_.kept = bytes.text;
    judge(std::move(bytes.text));
    return std::move(reading_);
  }

 private:
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
    if (documents.empty()) {
      judge_broken(source.bytes());
    } else {
      for (const yaml::Document& document : documents) judge_document(document.root(), documents.size());
      for (const yaml::Node root : unknown_) tell_unknown(root);
    }
    if (!reading_.is_manifest) {
      reading_ = Reading{};
      reading_.findings.within(file_);
    } else if (reading_.standard == Standard::mesh || reading_.standard == Standard::domain) {
      // Nobody but us reads these.
      std::erase_if(reading_.findings.all(),
                    [](const Finding& finding) { return finding.rule == "yaml/unportable-scalar"; });
    }
  }

  void judge_broken(std::string_view text) {
    if (!counts_ && !starts_like_manifest(text)) return;
    reading_.is_manifest = true;
    reading_.is_broken = true;
    reading_.other_ids = declared_ids(text);
    if (role_ == Role::mesh) {
      reading_.standard = Standard::mesh;
      reading_.mesh.emplace().file = file_;
    } else if (role_ == Role::domain) {
      reading_.standard = Standard::domain;
      guess_domain(text);
    }
  }

  void guess_domain(std::string_view text) {
    model::Domain& domain = reading_.domain.emplace();
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
    if (is_checked_) {
      schema::check(identified, root, reading_.findings);
      if (options_.on_document) options_.on_document(identified, root, reading_.findings);
    }
    model_document(identified.standard, root);
  }

  void tell_unknown(yaml::Node root) {
    const Identified identified = schema::identify(root, candidate_.key);
    // Beside a manifest, another tool's document is only another tool's.
    const bool is_near_one = is_near(identified, root);
    if (!is_near_one && (!counts_ || !reading_.contracts.empty() || !reading_.products.empty())) return;
    reading_.is_manifest = true;
    schema::check(identified, root, reading_.findings);
  }

  void model_document(Standard standard, yaml::Node root) {
    if (standard == Standard::odcs) reading_.contracts.push_back(model::read_contract(root, file_));
    if (standard == Standard::odps) reading_.products.push_back(model::read_product(root, file_));
    if (standard == Standard::mesh && role_ == Role::mesh && !reading_.mesh)
      reading_.mesh = model::read_mesh(root, file_);
    if (standard == Standard::domain && is_domain_file() && !reading_.domain)
      reading_.domain = model::read_domain(root, file_, std::string(parent_of(candidate_.key)));
    if (standard == Standard::dcs)
      if (const auto id = root.find("id"); id && id->is_string()) reading_.other_ids.emplace_back(id->text());
  }

  bool is_domain_file() const {
    return std::string_view(candidate_.key).substr(candidate_.key.rfind('/') + 1) == "domain.yaml";
  }

  const Candidate& candidate_;
  const std::string& shown_;
  const Scope& scope_;
  const Options& options_;
  FileId file_;
  bool is_checked_;
  Reading reading_;
  Role role_ = Role::any;
  bool counts_ = false;  // it is a manifest whatever stands in it
  bool seen_first_ = false;
  std::vector<yaml::Node> unknown_;
};

}  // namespace

Reading read_candidate(const Candidate& candidate, const std::string& shown, const Scope& scope,
                       const Options& options, FileId file, Checking checking) {
  return Reader(candidate, shown, scope, options, file, checking).read();
}

Result<std::string> read_bytes(const std::string& path, uint64_t limit) {
  Bytes bytes = take(path, true, limit, true);
  if (bytes.error != 0) return system_failure("cannot read " + path, bytes.error);
  return std::move(bytes.text);
}

}  // namespace mesh::workspace
