#pragma once

#include "core/http/url.hpp"

#include <functional>
#include <string>

namespace mesh::http {

// A variable of the environment; "" when it is not set.
using Environment = std::function<std::string(const char*)>;

// The proxy that the environment names for a URL, "" for none: `https_proxy`, `HTTPS_PROXY`, `http_proxy`
// (never in upper case, which a web server sets from a request's header), `all_proxy`, `ALL_PROXY`; not for
// what `no_proxy` or `NO_PROXY` lists. libcurl has these rules too; here they are decided before the request,
// where it matters whether a proxy will be asked.
std::string proxy_for(const Url& url, const Environment& environment);

}  // namespace mesh::http
