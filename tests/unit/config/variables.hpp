#pragma once

#include <map>
#include <string>
#include <vector>

#include <stdlib.h>

namespace mesh::test {

// Variables of this process, as they are to be; as they were at the end of the scope.
class Variables {
 public:
  using Values = std::map<std::string, std::string>;
  Variables(std::vector<std::string> names, const Values& wanted) : names_(std::move(names)) {
    for (const std::string& name : names_) {
      if (const char* const value = ::getenv(name.c_str())) before_[name] = value;
      ::unsetenv(name.c_str());
    }
    set(wanted);
  }
  Variables(const Variables&) = delete;
  ~Variables() {
    for (const std::string& name : names_) ::unsetenv(name.c_str());
    set(before_);
  }

 private:
  static void set(const Values& values) {
    for (const auto& [name, value] : values) ::setenv(name.c_str(), value.c_str(), 1);
  }
  std::vector<std::string> names_;
  Values before_;
};

}  // namespace mesh::test
