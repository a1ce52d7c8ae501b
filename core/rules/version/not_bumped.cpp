#include "core/base/strings.hpp"
#include "core/model/version.hpp"
#include "core/rules/known_contracts.hpp"
#include "core/rules/rule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace mesh::rules::version {

using model::Mesh;
using model::Port;
using model::Text;
using workspace::Base;
using workspace::Earlier;

namespace {

bool is_variable(const Text& version) { return version.view().find("${") != std::string_view::npos; }

std::string since(const Base& base) { return fmt::format("since `{}`", base.revision); }

// The version after this one, as it would be written: with its leading `v`. Nothing when it is no version.
std::optional<std::string> next(std::string_view version) {
  const auto parsed = model::parse_version(version);
  if (!parsed) return std::nullopt;
  return (version.starts_with('v') ? "v" : "") + model::bumped(*parsed).text();
}

// Puts the digits in the place of the old ones: the quotes around them stay.
std::optional<Fix> fix_of(const Text& version) {
  const auto after = next(version.view());
  if (!after) return std::nullopt;
  Span at = version.at;
  const uint32_t around = at.end - at.begin - version.size();
  if (around != 0 && around != 2) return std::nullopt;  // escapes, or a block scalar
  at.begin += around / 2;
  at.end -= around / 2;
  return Fix{fmt::format("write `{}` for `{}`", *after, version.view()), true, {Edit{at, *after}}};
}

void add_fix(const Text& version, Finding& finding) {
  const auto after = next(version.view());
  finding.label = after ? fmt::format("write `{}`, or a higher one", *after) : "write a higher one";
  finding.fix = fix_of(version);
}

// "`README.md`", "`README.md` and `orders.odcs.yaml`", "`README.md` and 2 other files"
std::string listed(const std::vector<std::string>& files) {
  if (files.size() == 1) return fmt::format("`{}`", files[0]);
  if (files.size() == 2) return fmt::format("`{}` and `{}`", files[0], files[1]);
  return fmt::format("`{}` and {} other files", files[0], files.size() - 1);
}

class Judge {
 public:
  Judge(const Workspace& workspace, const Base& base, Findings& findings)
      : workspace_(workspace), base_(base), findings_(findings) {}

  void run() {
    for (const Product& product : workspace_.products)
      if (!model::is_snapshot(product.version.view(), product.status.view()))
        for (const Port& port : product.outputs)
          if (port.contract_id) published_.insert(port.contract_id.view());
    for (const Earlier& earlier : base_.contracts)
      check_contract(workspace_.contracts[earlier.document], earlier);
    std::set<uint32_t> told;
    for (const Earlier& earlier : base_.products)
      if (check_product(workspace_.products[earlier.document], earlier)) told.insert(earlier.document);
    for (uint32_t i = 0; i < workspace_.products.size(); ++i) follow(i, told.contains(i));
  }

 private:
  // What nothing publishes may change its comments and its layout.
  void check_contract(const Contract& contract, const Earlier& earlier) {
    if (!contract.version || is_variable(contract.version)) return;
    if (model::is_snapshot(contract.version.view(), contract.status.view()) ||
        model::is_snapshot(earlier.version, earlier.status))
      return;
    if (canonical_version(contract.version.view()) != canonical_version(earlier.version)) return;
    if (earlier.same_meaning && !published_.contains(contract.id.view())) return;
    Finding& finding = findings_.add(Place{contract.file, contract.version.at},
                                     fmt::format("contract `{}` changed {}, and its version is still `{}`",
                                                 contract.id.view(), since(base_), contract.version.view()));
    finding.help = "who relies on this version was promised what it said before";
    add_fix(contract.version, finding);
    unbumped_.emplace(contract.id.view(), &contract);
  }

  bool check_product(const Product& product, const Earlier& earlier) {
    if (!product.version || is_variable(product.version)) return false;
    Finding& finding = findings_.add(
        Place{product.file, product.version.at},
        fmt::format("{} changed {}, and the version of product `{}` is still `{}`", listed(earlier.files),
                    since(base_), name_of(product), product.version.view()));
    finding.help = "a published version never changes: `mesh publish` would refuse this one";
    add_fix(product.version, finding);
    return true;
  }

  // Ports go with their contract where `contractVersions: exact` asks for its very version; a note, because
  // the contract is what is wrong.
  void follow(uint32_t index, bool is_told) {
    if (workspace_.mesh.contract_versions != Mesh::Match::exact || unbumped_.empty()) return;
    const Product& product = workspace_.products[index];
    const Contract* because = nullptr;
    for (const auto* ports : {&product.inputs, &product.outputs})
      for (const Port& port : *ports) {
        const Contract* const contract = unbumped_at(port);
        if (!contract) continue;
        const auto fix = fix_of(port.version);
        if (!fix) continue;
        because = contract;
        add_note(product, port.version,
                 fmt::format("a port names version `{}` of contract `{}`, which is to rise",
                             port.version.view(), port.contract_id.view()),
                 *contract)
            .fix = *fix;
      }
    if (!because || is_told || is_variable(product.version) ||
        model::is_snapshot(product.version.view(), product.status.view()))
      return;
    if (const auto fix = fix_of(product.version))
      add_note(product, product.version,
               fmt::format("product `{}` changes with the version of contract `{}`, and so does its own",
                           name_of(product), because->id.view()),
               *because)
          .fix = *fix;
  }

  // The contract that a port means, if it is to rise and no other one has the port's version.
  const Contract* unbumped_at(const Port& port) const {
    if (!port.contract_id || !port.version) return nullptr;
    const auto [first, last] = unbumped_.equal_range(port.contract_id.view());
    const Contract* found = nullptr;
    for (auto at = first; at != last; ++at)
      if (versions_match(Mesh::Match::exact, port.version.view(), at->second->version.view()))
        found = at->second;
    return found;
  }

  Finding& add_note(const Product& product, const Text& at, std::string message, const Contract& contract) {
    Finding& finding = findings_.add(Place{product.file, at.at}, std::move(message));
    finding.level = Level::note;
    if (const auto after = next(at.view())) finding.label = fmt::format("write `{}` then", *after);
    finding.notes.push_back(
        {"the version of the contract is here", Place{contract.file, contract.version.at}});
    return finding;
  }

  const Workspace& workspace_;
  const Base& base_;
  Findings& findings_;
  std::set<std::string_view> published_;
  std::multimap<std::string_view, const Contract*> unbumped_;
};

void check(const Workspace& workspace, Findings& findings) {
  if (workspace.base) Judge(workspace, *workspace.base, findings).run();
}

}  // namespace

extern const Rule not_bumped{
    .id = "version/not-bumped",
    .summary = "what changed since the base has a new version",
    .level = Level::error,
    .check = check,
};

}  // namespace mesh::rules::version
