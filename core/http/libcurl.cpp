#include "core/http/libcurl.hpp"

#include <dlfcn.h>

namespace mesh::http {
namespace {

struct Loaded {
  Libcurl functions{};
  std::string failure;
};

Loaded load() {
  Loaded loaded;
  void* const library = ::dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    loaded.failure = ::dlerror();
    return loaded;
  }
  const auto find = [&](auto& function, const char* name) {
    function = reinterpret_cast<std::remove_reference_t<decltype(function)>>(::dlsym(library, name));
    if (function == nullptr) loaded.failure = std::string("it has no ") + name;
  };
  Libcurl& curl = loaded.functions;
  find(curl.global_init, "curl_global_init");
  find(curl.easy_init, "curl_easy_init");
  find(curl.easy_setopt, "curl_easy_setopt");
  find(curl.easy_getinfo, "curl_easy_getinfo");
  find(curl.easy_strerror, "curl_easy_strerror");
  find(curl.easy_cleanup, "curl_easy_cleanup");
  find(curl.slist_append, "curl_slist_append");
  find(curl.slist_free_all, "curl_slist_free_all");
  find(curl.multi_init, "curl_multi_init");
  find(curl.multi_setopt, "curl_multi_setopt");
  find(curl.multi_add_handle, "curl_multi_add_handle");
  find(curl.multi_remove_handle, "curl_multi_remove_handle");
  find(curl.multi_perform, "curl_multi_perform");
  find(curl.multi_poll, "curl_multi_poll");
  find(curl.multi_wakeup, "curl_multi_wakeup");
  find(curl.multi_info_read, "curl_multi_info_read");
  find(curl.multi_cleanup, "curl_multi_cleanup");
  if (loaded.failure.empty() && curl.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
    loaded.failure = "it does not start";
  return loaded;
}

}  // namespace

Result<const Libcurl*> libcurl() {
  static const Loaded kLoaded = load();
  if (!kLoaded.failure.empty())
    return fail(Fault::local_io, "cannot load libcurl.so.4: " + kLoaded.failure,
                "install the package libcurl4");
  return &kLoaded.functions;
}

}  // namespace mesh::http
