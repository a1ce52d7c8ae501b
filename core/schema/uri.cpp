#include "core/schema/uri.hpp"

#include "core/base/strings.hpp"

namespace mesh::schema {
namespace {

struct Parts {
  std::string_view scheme, authority, path, query;
  bool has_authority = false, has_query = false;
};

bool is_scheme(std::string_view text) {
  if (text.empty()) return false;
  for (const char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool other = (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
    if (!letter && !other) return false;
  }
  return true;
}

Parts parts_of(std::string_view uri) {
  Parts parts;
  if (const size_t query = uri.find('?'); query != uri.npos) {
    parts.query = uri.substr(query + 1);
    parts.has_query = true;
    uri = uri.substr(0, query);
  }
  if (const size_t colon = uri.find(':'); colon != uri.npos && is_scheme(uri.substr(0, colon))) {
    parts.scheme = uri.substr(0, colon);
    uri.remove_prefix(colon + 1);
  }
  if (uri.starts_with("//")) {
    uri.remove_prefix(2);
    const size_t end = std::min(uri.find('/'), uri.size());
    parts.authority = uri.substr(0, end);
    parts.has_authority = true;
    uri.remove_prefix(end);
  }
  parts.path = uri;
  return parts;
}

std::string without_dots(std::string_view path) {
  std::vector<std::string_view> kept;
  const bool absolute = path.starts_with('/');
  const std::vector<std::string_view> steps = split(absolute ? path.substr(1) : path, '/');
  for (size_t i = 0; i < steps.size(); ++i) {
    const bool last = i + 1 == steps.size();
    if (steps[i] == "." || steps[i] == "..") {
      if (steps[i] == ".." && !kept.empty()) kept.pop_back();
      if (last) kept.emplace_back();
    } else {
      kept.push_back(steps[i]);
    }
  }
  std::string joined = absolute ? "/" : "";
  for (size_t i = 0; i < kept.size(); ++i) joined.append(i ? "/" : "").append(kept[i]);
  return joined;
}

std::string put_together(const Parts& parts) {
  std::string uri;
  if (!parts.scheme.empty()) uri.append(parts.scheme).append(":");
  if (parts.has_authority) uri.append("//").append(parts.authority);
  uri.append(parts.path);
  if (parts.has_query) uri.append("?").append(parts.query);
  return uri;
}

}  // namespace

SplitUri split_fragment(std::string_view reference) {
  const size_t hash = reference.find('#');
  if (hash == reference.npos) return {reference, {}};
  return {reference.substr(0, hash), reference.substr(hash + 1)};
}

std::string resolve_uri(std::string_view base, std::string_view reference) {
  base = split_fragment(base).uri;
  reference = split_fragment(reference).uri;
  if (reference.empty()) return std::string(base);
  Parts to = parts_of(reference);
  std::string path;
  if (!to.scheme.empty()) return std::string(reference);
  const Parts from = parts_of(base);
  to.scheme = from.scheme;
  if (!to.has_authority) {
    to.authority = from.authority;
    to.has_authority = from.has_authority;
    if (to.path.empty()) {
      path = from.path;
      if (!to.has_query) {
        to.query = from.query;
        to.has_query = from.has_query;
      }
    } else if (to.path.starts_with('/')) {
      path = without_dots(to.path);
    } else {
      const size_t slash = from.path.rfind('/');
      const std::string_view folder = slash == from.path.npos ? "" : from.path.substr(0, slash + 1);
      path = without_dots((folder.empty() && from.has_authority ? "/" : std::string(folder)) +
                          std::string(to.path));
    }
    to.path = path;
  }
  return put_together(to);
}

std::optional<std::vector<std::string>> pointer_steps(std::string_view pointer) {
  std::vector<std::string> steps;
  if (pointer.empty()) return steps;
  if (!pointer.starts_with('/')) return std::nullopt;
  for (const std::string_view raw : split(pointer.substr(1), '/')) {
    std::string& step = steps.emplace_back();
    for (size_t i = 0; i < raw.size(); ++i) {
      const bool escaped = raw[i] == '~' && i + 1 < raw.size() && (raw[i + 1] == '0' || raw[i + 1] == '1');
      if (!escaped) {
        step += raw[i];
      } else {
        step += raw[++i] == '0' ? '~' : '/';
      }
    }
  }
  return steps;
}

}  // namespace mesh::schema
