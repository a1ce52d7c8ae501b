#include "core/oci/json.hpp"

#include "core/base/strings.hpp"

#include <nlohmann/json.hpp>

namespace mesh::oci {
namespace {

// Builds the value while nlohmann reads, and stops it at the limits: its own tree would be deep before one
// could look.
class Builder final : public nlohmann::json_sax<nlohmann::json> {
 public:
  Json root;
  std::string problem;

  bool null() override { return place(Json{}) != nullptr; }
  bool boolean(bool value) override {
    Json* const json = place(Json{});
    if (!json) return false;
    json->kind = Json::Kind::boolean;
    json->boolean = value;
    return true;
  }
  bool number_integer(number_integer_t value) override {
    return scalar(Json::Kind::number, std::to_string(value));
  }
  bool number_unsigned(number_unsigned_t value) override {
    return scalar(Json::Kind::number, std::to_string(value));
  }
  bool number_float(number_float_t, const string_t& written) override {
    return scalar(Json::Kind::number, written);
  }
  bool string(string_t& value) override { return scalar(Json::Kind::string, value); }
  bool binary(binary_t&) override { return stop("it holds binary data"); }

  bool start_object(std::size_t) override { return open(Json::object()); }
  bool start_array(std::size_t) override { return open(Json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  bool key(string_t& name) override {
    if (open_.back()->members.contains(name)) return stop("it has the key `" + printable(name) + "` twice");
    key_ = name;
    return true;
  }

  bool parse_error(std::size_t at, const std::string&, const nlohmann::detail::exception&) override {
    return stop("it is not JSON at byte " + std::to_string(at));
  }

 private:
  bool stop(std::string why) {
    problem = std::move(why);
    return false;
  }

  // Where the value ends up. What is open stays where it is: only the innermost collection grows.
  Json* place(Json json) {
    if (++values_ > kMaxValues) return stop("it has more than a million values"), nullptr;
    if (open_.empty()) {
      root = std::move(json);
      return &root;
    }
    Json& parent = *open_.back();
    if (parent.kind == Json::Kind::array) return &parent.items.emplace_back(std::move(json));
    return &parent.members.emplace(std::move(key_), std::move(json)).first->second;
  }

  bool scalar(Json::Kind kind, const std::string& text) {
    Json* const json = place(Json{});
    if (!json) return false;
    json->kind = kind;
    json->text = text;
    return true;
  }

  bool open(Json json) {
    if (open_.size() >= kMaxDepth) return stop("it is nested deeper than " + std::to_string(kMaxDepth));
    Json* const placed = place(std::move(json));
    if (!placed) return false;
    open_.push_back(placed);
    return true;
  }

  bool close() {
    open_.pop_back();
    return true;
  }

  std::vector<Json*> open_;
  std::string key_;
  size_t values_ = 0;
};

void write(const Json& json, std::string& out) {
  switch (json.kind) {
    case Json::Kind::null:
      out += "null";
      return;
    case Json::Kind::boolean:
      out += json.boolean ? "true" : "false";
      return;
    case Json::Kind::number:
      out += json.text;
      return;
    case Json::Kind::string:
      out += json_quote(json.text);
      return;
    case Json::Kind::array: {
      out += '[';
      for (const Json& item : json.items) {
        if (&item != &json.items.front()) out += ',';
        write(item, out);
      }
      out += ']';
      return;
    }
    case Json::Kind::object: {
      out += '{';
      bool first = true;
      for (const auto& [key, value] : json.members) {
        if (!first) out += ',';
        first = false;
        out += json_quote(key) + ":";
        write(value, out);
      }
      out += '}';
      return;
    }
  }
}

}  // namespace

Json Json::string(std::string_view text) {
  Json json;
  json.kind = Kind::string;
  json.text = text;
  return json;
}

Json Json::number(uint64_t value) {
  Json json;
  json.kind = Kind::number;
  json.text = std::to_string(value);
  return json;
}

Json Json::array() {
  Json json;
  json.kind = Kind::array;
  return json;
}

Json Json::object() {
  Json json;
  json.kind = Kind::object;
  return json;
}

Json Json::object_of(const std::map<std::string, std::string>& strings) {
  Json json = object();
  for (const auto& [key, value] : strings) json.members.emplace(key, string(value));
  return json;
}

const Json* Json::find(std::string_view key) const {
  const auto found = members.find(key);
  return found == members.end() ? nullptr : &found->second;
}

const std::string* Json::string_at(std::string_view key) const {
  const Json* const json = find(key);
  return json && json->kind == Kind::string ? &json->text : nullptr;
}

Result<Json> read_json(std::string_view bytes) {
  // nlohmann takes the one for an end and steps over the other, where other readers stop.
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (const size_t at = bytes.starts_with(kByteOrderMark) ? 0 : bytes.find('\0'); at != bytes.npos)
    return fail(Fault::corrupt, "it is not JSON at byte " + std::to_string(at + 1));
  Builder builder;
  try {
    if (nlohmann::json::sax_parse(bytes.begin(), bytes.end(), &builder)) return std::move(builder.root);
  } catch (const nlohmann::json::exception&) {
    builder.problem = "it is not JSON";
  }
  return fail(Fault::corrupt, builder.problem);
}

std::string write_json(const Json& json) {
  std::string out;
  write(json, out);
  return out;
}

}  // namespace mesh::oci
