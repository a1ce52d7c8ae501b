#pragma once

#include "core/http/client.hpp"
#include "tests/unit/http/server.hpp"

#include <cstdlib>
#include <map>
#include <string>

namespace mesh::test {

// Settings that see nothing of this machine's environment.
inline http::Settings quick_settings(std::map<std::string, std::string> environment = {}) {
  http::Settings settings;
  settings.environment = [environment = std::move(environment)](const char* name) {
    const auto found = environment.find(name);
    return found == environment.end() ? std::string() : found->second;
  };
  settings.timeout = std::chrono::seconds(20);
  return settings;
}

inline http::Request get(std::string url) {
  http::Request request;
  request.url = std::move(url);
  return request;
}

inline http::Request put(std::string url, std::string_view body) {
  http::Request request = get(std::move(url));
  request.method = "PUT";
  request.body = body;
  return request;
}

template <class T>
bool failed(const Result<T>& result, Fault fault) {
  return !result && result.error().fault == fault && !result.error().message.empty();
}

template <class T>
std::string message_of(const Result<T>& result) {
  return result ? "" : result.error().message + " / " + result.error().help;
}

// The proxies of this process, which libcurl reads, as they are to be; as they were at the end of the scope.
class ProxyVariables {
 public:
  using Variables = std::map<std::string, std::string>;
  ProxyVariables() : ProxyVariables(Variables{}) {}
  explicit ProxyVariables(const Variables& wanted) {
    for (const char* name : {"http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy",
                             "ALL_PROXY", "no_proxy", "NO_PROXY"}) {
      if (const char* const value = std::getenv(name)) before_[name] = value;
      ::unsetenv(name);
    }
    set(wanted);
  }
  ProxyVariables(const ProxyVariables&) = delete;
  ~ProxyVariables() {
    for (const std::string& name : set_) ::unsetenv(name.c_str());
    set(before_);
  }

 private:
  void set(const Variables& values) {
    for (const auto& [name, value] : values) {
      ::setenv(name.c_str(), value.c_str(), 1);
      set_.push_back(name);
    }
  }
  Variables before_;
  std::vector<std::string> set_;
};

}  // namespace mesh::test
