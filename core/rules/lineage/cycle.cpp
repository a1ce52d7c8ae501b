#include "core/rules/known_contracts.hpp"
#include "core/rules/rule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <unordered_set>

namespace mesh::rules::lineage {

namespace {

constexpr uint32_t kNone = UINT32_MAX;

// A product needs another one: `input` of the first reads a contract that the second outputs.
struct Need {
  uint32_t to;
  const model::Port* input;
};
using Graph = std::vector<std::vector<Need>>;  // by product, in path order

Graph needs_of(const Workspace& workspace) {
  Graph graph(workspace.products.size());
  for (uint32_t i = 0; i < workspace.products.size(); ++i) {
    std::unordered_set<uint32_t> known{i};  // what a product needs of itself is lineage/self-cycle
    for (const model::Port& port : workspace.products[i].inputs) {
      if (!port.contract_id) continue;
      for (const Promise& producer : promises_of(workspace, port.contract_id, port.version)) {
        const auto index = static_cast<uint32_t>(producer.product - workspace.products.data());
        if (known.insert(index).second) graph[i].push_back({index, &port});
      }
    }
  }
  return graph;
}

// The strongly connected component of every product (Tarjan's, without recursion: chains may be long).
class Components {
 public:
  explicit Components(const Graph& graph)
      : graph_(graph), index_(graph.size(), kNone), low_(graph.size()), of_(graph.size(), kNone) {
    for (uint32_t i = 0; i < graph.size(); ++i)
      if (index_[i] == kNone) walk(i);
  }
  bool together(uint32_t a, uint32_t b) const { return of_[a] == of_[b]; }
  uint32_t of(uint32_t product) const { return of_[product]; }

 private:
  struct Frame {
    uint32_t node;
    size_t edge = 0;
  };

  void enter(uint32_t node) {
    index_[node] = low_[node] = next_++;
    open_.push_back(node);
    frames_.push_back({node});
  }
  void leave(uint32_t node) {
    if (low_[node] == index_[node]) {
      uint32_t member;
      do {
        member = open_.back();
        open_.pop_back();
        of_[member] = components_;
      } while (member != node);
      ++components_;
    }
    frames_.pop_back();
    if (!frames_.empty()) low_[frames_.back().node] = std::min(low_[frames_.back().node], low_[node]);
  }
  void walk(uint32_t start) {
    enter(start);
    while (!frames_.empty()) {
      Frame& frame = frames_.back();
      const uint32_t node = frame.node;
      if (frame.edge == graph_[node].size()) {
        leave(node);
        continue;
      }
      const uint32_t to = graph_[node][frame.edge++].to;
      if (index_[to] == kNone) {
        enter(to);
      } else if (of_[to] == kNone) {
        low_[node] = std::min(low_[node], index_[to]);
      }
    }
  }

  const Graph& graph_;
  std::vector<uint32_t> index_, low_, of_, open_;
  std::vector<Frame> frames_;
  uint32_t next_ = 0, components_ = 0;
};

struct Step {
  uint32_t product;
  const model::Port* input;  // reads from the next step's product
};

// The shortest way round that starts with this need; both ends are in one component, so there is one.
std::vector<Step> shortest_cycle(const Graph& graph, const Components& components, uint32_t from,
                                 const Need& need) {
  std::map<uint32_t, Step> reached_by;
  std::vector<uint32_t> queue{need.to};
  for (size_t i = 0; i < queue.size() && !reached_by.contains(from); ++i)
    for (const Need& next : graph[queue[i]])
      if (components.together(next.to, from) && next.to != need.to &&
          reached_by.try_emplace(next.to, Step{queue[i], next.input}).second)
        queue.push_back(next.to);
  std::vector<Step> backwards;
  for (uint32_t at = from; at != need.to;) {
    const Step& step = reached_by.at(at);
    backwards.push_back(step);
    at = step.product;
  }
  std::vector<Step> cycle{{from, need.input}};
  cycle.insert(cycle.end(), backwards.rbegin(), backwards.rend());
  return cycle;
}

// Starts at the first product in path order; of those in reported files if there are any, so that checking
// one domain shows the cycles it is part of.
void rotate_to_first(const Workspace& workspace, std::vector<Step>& cycle) {
  const auto rank = [&](const Step& step) {
    return std::pair(!workspace.files[workspace.products[step.product].file].reported, step.product);
  };
  std::rotate(cycle.begin(),
              std::min_element(cycle.begin(), cycle.end(),
                               [&](const Step& a, const Step& b) { return rank(a) < rank(b); }),
              cycle.end());
}

std::string way_round(const Workspace& workspace, const std::vector<Step>& cycle) {
  constexpr size_t kShown = 6;
  const auto name = [&](const Step& step) { return "`" + name_of(workspace.products[step.product]) + "`"; };
  std::string text = name(cycle[0]);
  for (size_t i = 1; i < std::min(cycle.size(), kShown); ++i) text += " needs " + name(cycle[i]) + ", which";
  if (cycle.size() > kShown) text += fmt::format(" needs {} more, the last of which", cycle.size() - kShown);
  return text + " needs " + name(cycle[0]);
}

void add(const Workspace& workspace, const std::vector<Step>& cycle, Findings& findings) {
  const auto place = [&](const Step& step) {
    return Place{workspace.products[step.product].file, step.input->contract_id.at};
  };
  Finding& finding =
      findings.add(place(cycle[0]), "products depend on each other: " + way_round(workspace, cycle));
  finding.label = fmt::format("from `{}`", name_of(workspace.products[cycle[1].product]));
  finding.help = "take one of these inputs away, or split a product so that the data flows one way";
  for (size_t i = 1; i < cycle.size(); ++i) {
    const std::string next = name_of(workspace.products[cycle[(i + 1) % cycle.size()].product]);
    finding.notes.push_back(
        {fmt::format("`{}` needs contract `{}` of `{}`", name_of(workspace.products[cycle[i].product]),
                     cycle[i].input->contract_id.view(), next),
         place(cycle[i])});
  }
}

// Every need that is part of a cycle is in at least one cycle that is told; cycles that share products are
// told apart.
void check(const Workspace& workspace, Findings& findings) {
  constexpr size_t kMostPerComponent = 100;  // in a tangle the number of cycles has no bound
  const Graph graph = needs_of(workspace);
  const Components components(graph);
  std::set<std::pair<uint32_t, uint32_t>> told;
  std::map<uint32_t, size_t> count;
  for (uint32_t from = 0; from < graph.size(); ++from) {
    for (const Need& need : graph[from]) {
      if (!components.together(from, need.to) || told.contains({from, need.to})) continue;
      if (++count[components.of(from)] > kMostPerComponent) continue;
      std::vector<Step> cycle = shortest_cycle(graph, components, from, need);
      for (size_t i = 0; i < cycle.size(); ++i)
        told.insert({cycle[i].product, cycle[(i + 1) % cycle.size()].product});
      rotate_to_first(workspace, cycle);
      add(workspace, cycle, findings);
    }
  }
}

}  // namespace

extern const Rule cycle{
    .id = "lineage/cycle",
    .summary = "products do not depend on each other in a circle",
    .level = Level::error,
    .check = check,
};

}  // namespace mesh::rules::lineage
