#pragma once

#include "core/base/result.hpp"
#include "core/model/details.hpp"
#include "core/model/waivers.hpp"
#include "core/schema/standards.hpp"
#include "core/text/excerpt.hpp"
#include "core/text/finding.hpp"
#include "core/text/source.hpp"
#include "core/workspace/base.hpp"
#include "core/yaml/reader.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

// Finds the manifests of a mesh, reads them in parallel and links them (design section 3).
namespace mesh::workspace {

// One document while its tree is alive.
struct Document {
  const schema::Identified& identified;
  yaml::Node root;
  FileId file = kNoFile;
  bool has_broken_yaml = false;  // the file's YAML has errors: what the tree says may not be what was meant
  bool has_variables = true;     // false: `${` stands nowhere in the file
  size_t first_finding = 0;      // from here on the file's findings are about this document
  const model::Mesh* mesh = nullptr;  // the settings around it
  // The facts of a contract, or of a product, and all that it says.
  const model::Contract* contract = nullptr;
  const model::ContractDetails* contract_details = nullptr;
  const model::Product* product = nullptr;
  const model::ProductDetails* product_details = nullptr;
};

// Judges a document. Called from any thread, after the schema has; findings are those of the document's file
// so far, and what is added belongs to it.
using Judge = std::function<void(const Document&, Findings&)>;

struct Workspace;

struct Options {
  std::vector<std::string> paths;  // as given; none: the nearest mesh.yaml upward, else the current folder
  // The file that standard input (`-` among the paths) stands for: its content is what is read there, whether
  // the file exists or not.
  std::optional<std::string> stdin_name;
  unsigned jobs = 0;  // threads; 0: one per core
  yaml::Limits limits;
  schema::Formats formats = schema::Formats::lenient;
  // Makes the judge of all documents, once the settings are known: `mesh`, `domains`, and the domain of each
  // of `files`. The rest of that workspace is still empty; it stays where it is until the last document is
  // judged.
  std::function<Judge(const Workspace&)> on_document;
  // Variables that are known beside those of mesh.yaml.
  std::optional<std::vector<std::string>> variables;
  // Texts that stand in the place of what is on disk, by file key; the map must outlive the loading.
  const std::map<std::string, std::string, std::less<>>* texts = nullptr;
  bool as_mesh = false;     // the folder given is a mesh, whose mesh.yaml is among `texts`
  bool keep_texts = false;  // of all files: what is judged is then what `source` gives
};

struct File {
  std::string path;      // as shown: relative to the current folder, with `/`
  std::string key;       // relative to the workspace's root, with `/`: the sort order and the identity
  bool reported = true;  // false: read only because the graph needs it
  bool broken = false;   // it could not be read or parsed
  schema::Standard standard = schema::Standard::none;  // of its first document
  bool is_manifest = false;
  uint32_t domain =
      UINT32_MAX;  // index into domains: the nearest domain.yaml above (or the `paths` that hold it)
};

struct Workspace {
  std::string root;       // absolute folder that file keys are relative to
  bool has_mesh = false;  // a mesh.yaml was found; `mesh` holds its facts, else the defaults
  bool linked = true;     // false with file arguments alone: ids in other files are not looked up
  model::Mesh mesh;

  std::vector<File> files;  // in byte order of their keys; FileId is the index
  std::vector<model::Domain> domains;
  std::vector<model::Contract> contracts;  // in order of files, documents within a file in order
  std::vector<model::Product> products;
  std::vector<model::Allow> allows;     // in order of files
  std::vector<model::Waivers> waivers;  // those in use: of the mesh, of its domains
  Findings findings;                    // of reading, schemas and `on_document`; unsorted

  // Filled by linking.
  std::unordered_map<std::string_view, std::vector<uint32_t>> contracts_by_id;
  // Ids that are declared where no facts come from: in files that could not be parsed, by contracts of
  // standards that are judged by their schema alone.
  std::set<std::string, std::less<>> broken_ids;
  // Ids of contracts that products without facts speak of: those of files that could not be parsed, of LF
  // ODPS.
  std::set<std::string, std::less<>> named_ids;
  struct Output {
    uint32_t product, port;  // indices into products and their outputs
  };
  // The output ports that promise a contract, in path order.
  std::unordered_map<std::string_view, std::vector<Output>> outputs_by_contract;
  std::set<std::string, std::less<>> unread_files;  // keys of files that references lead to and that exist
  std::optional<Base> base;                         // what the mesh is compared with, if it is

  size_t manifests = 0;                        // files of the report that were checked
  uint64_t most_bytes = yaml::Limits{}.bytes;  // of a file
  size_t skipped = 0;                          // files of the report that turned out to be no manifests

  const std::string& path(FileId file) const { return files[file].path; }
  const model::Domain* domain_of(FileId file) const;
  // Key of the product a file belongs to: the name of its folder (design section 3, "Identity").
  std::string_view product_key(const model::Product& product) const;
  // Folder of a file relative to the root, "" for the root.
  std::string_view folder(FileId file) const;

  std::optional<FileId> input;  // what was read from standard input: it is nowhere to be written

  // The text of a file, read again (or kept, for standard input).
  Result<Source> source(FileId file) const;
  std::map<FileId, std::string> kept_texts;
  std::vector<Excerpt> excerpts;  // by file: the lines that findings are likely to be about
  std::shared_ptr<void> remains;  // of reading: freed with the rest, which a process that ends need not do
};

// usage: paths of different workspaces, a `stdin_name` without `-` or of a folder; not_found: a PATH that is
// not there. Whatever is wrong in a file, mesh.yaml and domain.yaml included, is a finding: a broken
// mesh.yaml counts as an empty one, a broken domain.yaml still owns what is below it.
Result<Workspace> load(const Options& options);

// A workspace of one text: nothing is looked for on disk. `name` decides between YAML and JSON.
Workspace load_text(const std::string& name, std::string text, const Options& options);

}  // namespace mesh::workspace
