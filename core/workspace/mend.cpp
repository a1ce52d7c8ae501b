#include "core/workspace/mend.hpp"

#include <algorithm>
#include <set>

namespace mesh::workspace {
namespace {

using yaml::Node;

std::vector<Edit> edits_of(const std::vector<const Fix*>& fixes) {
  std::vector<Edit> edits;
  for (const Fix* const fix : fixes) edits.insert(edits.end(), fix->edits.begin(), fix->edits.end());
  std::ranges::stable_sort(edits, {}, [](const Edit& edit) { return edit.at.begin; });
  return edits;
}

bool is_within(const Fix& fix, size_t size) {
  return !fix.edits.empty() && std::ranges::all_of(fix.edits, [&](const Edit& edit) {
    return edit.at.begin <= edit.at.end && edit.at.end <= size;
  });
}

// Two at one place, or one that reaches into the next.
bool clash(const std::vector<Edit>& edits) {
  for (size_t i = 1; i < edits.size(); ++i) {
    const Span a = edits[i - 1].at, b = edits[i].at;
    if (b.begin < a.end || (b.begin == a.begin) ||
        (b.begin == a.end && (a.begin == a.end || b.begin == b.end)))
      return true;
  }
  return false;
}

std::vector<const Fix*> that_go_together(const std::vector<const Fix*>& fixes, size_t size) {
  std::vector<const Fix*> sorted;
  for (const Fix* const fix : fixes)
    if (is_within(*fix, size) && !clash(edits_of({fix}))) sorted.push_back(fix);
  std::ranges::stable_sort(sorted, {}, [](const Fix* fix) { return fix->edits.front().at.begin; });
  struct ByPlace {
    bool operator()(const Edit& a, const Edit& b) const { return a.at.begin < b.at.begin; }
  };
  std::set<Edit, ByPlace> taken;
  std::vector<const Fix*> chosen;
  for (const Fix* const fix : sorted) {
    const bool is_free = std::ranges::all_of(fix->edits, [&](const Edit& edit) {
      const auto after = taken.lower_bound(edit);
      if (after != taken.end() && clash({edit, *after})) return false;
      return after == taken.begin() || !clash({*std::prev(after), edit});
    });
    if (!is_free) continue;
    taken.insert(fix->edits.begin(), fix->edits.end());
    chosen.push_back(fix);
  }
  return chosen;
}

// Compares the trees before and after edits.
class Comparison {
 public:
  Comparison(std::string_view after, const std::vector<Edit>& edits) : after_(after), edits_(edits) {
    int64_t shift = 0;
    for (const Edit& edit : edits) {
      const auto begin = static_cast<uint32_t>(edit.at.begin + shift);
      made_.push_back({begin, begin + static_cast<uint32_t>(edit.text.size())});
      shift += static_cast<int64_t>(edit.text.size()) - (edit.at.end - edit.at.begin);
    }
  }

  bool same(Node a, Node b) {
    if (a.is_mapping() || a.is_sequence()) return same_collection(a, b);
    if (const Edit* const edit = touching(a.span())) {
      if (edit->at != a.span() || edit->text.empty()) return true;
      return after_.substr(b.span().begin, b.span().end - b.span().begin) == edit->text;
    }
    return a.kind() == b.kind() && a.text() == b.text();
  }

 private:
  // The first edit that reaches into a span of the text before, or touches its ends.
  const Edit* touching(Span span) const {
    const auto at =
        std::ranges::lower_bound(edits_, span.begin, {}, [](const Edit& edit) { return edit.at.end; });
    return at != edits_.end() && at->at.begin <= span.end ? &*at : nullptr;
  }
  bool is_made(Span span) const {
    const auto at = std::ranges::lower_bound(made_, span.begin, {}, &Span::end);
    return at != made_.end() && at->begin <= span.end;
  }

  static Span entry(Node collection, uint32_t index) {
    if (collection.is_sequence()) return collection.item(index).span();
    const Span key = collection.key(index).span(), value = collection.value(index).span();
    return {key.begin, std::max(key.end, value.end)};
  }

  bool same_collection(Node a, Node b) {
    // What an alias names comes by more than once.
    if (!seen_.emplace(a.id(), b.id()).second) return true;
    const Edit* const edit = touching(a.span());
    if (edit && edit->at.begin <= a.span().begin && edit->at.end >= a.span().end) return true;
    if (a.kind() != b.kind()) return false;
    std::vector<uint32_t> left, right;
    for (uint32_t i = 0; i < a.size(); ++i)
      if (a.size() == b.size() || !touching(entry(a, i))) left.push_back(i);
    for (uint32_t i = 0; i < b.size(); ++i)
      if (a.size() == b.size() || !is_made(entry(b, i))) right.push_back(i);
    if (left.size() != right.size()) return false;
    for (size_t i = 0; i < left.size(); ++i) {
      if (a.is_sequence()
              ? !same(a.item(left[i]), b.item(right[i]))
              : !same(a.key(left[i]), b.key(right[i])) || !same(a.value(left[i]), b.value(right[i])))
        return false;
    }
    return true;
  }

  std::string_view after_;
  const std::vector<Edit>& edits_;
  std::vector<Span> made_;  // where the edits are in the text after
  std::set<std::pair<uint32_t, uint32_t>> seen_;
};

size_t errors_in(const Findings& findings) {
  return static_cast<size_t>(std::ranges::count(findings.all(), Level::error, &Finding::level));
}

class Mender {
 public:
  Mender(const std::string& path, std::string_view text, const yaml::Limits& limits)
      : source_(path, std::string(text)),
        limits_(limits),
        documents_(yaml::read(source_, findings_, limits)) {}

  // Of the fixes, those that hold together; most often all.
  std::vector<const Fix*> good(std::vector<const Fix*> fixes) {
    if (fixes.empty() || holds(fixes)) return fixes;
    if (fixes.size() == 1) return {};
    const auto middle = fixes.begin() + static_cast<ptrdiff_t>(fixes.size() / 2);
    std::vector<const Fix*> first = good({fixes.begin(), middle}), second = good({middle, fixes.end()});
    std::vector<const Fix*> both = first;
    both.insert(both.end(), second.begin(), second.end());
    if (both.size() == first.size() || first.empty() || holds(both)) return both;
    return first;
  }

 private:
  bool holds(const std::vector<const Fix*>& fixes) {
    const std::vector<Edit> edits = edits_of(fixes);
    const Source after(source_.path(), with_edits(source_.bytes(), edits));
    Findings findings(0);
    const auto documents = yaml::read(after, findings, limits_);
    if (documents.size() != documents_.size() || errors_in(findings) > errors_in(findings_)) return false;
    // A text that cannot be read is mended only by what lets it be read.
    if (documents_.empty()) return false;
    for (size_t i = 0; i < documents.size(); ++i)
      if (!Comparison(after.bytes(), edits).same(documents_[i].root(), documents[i].root())) return false;
    return true;
  }

  Findings findings_{0};
  Source source_;
  yaml::Limits limits_;
  std::vector<yaml::Document> documents_;
};

}  // namespace

Mended mend(const std::string& path, std::string_view text, const std::vector<const Fix*>& fixes,
            const yaml::Limits& limits) {
  Mended mended;
  const std::vector<const Fix*> chosen = that_go_together(fixes, text.size());
  const std::vector<const Fix*> good = chosen.empty() ? chosen : Mender(path, text, limits).good(chosen);
  mended.text = with_edits(text, edits_of(good));
  mended.made = good.size();
  mended.refused = chosen.size() - good.size();
  return mended;
}

}  // namespace mesh::workspace
