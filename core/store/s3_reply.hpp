#pragma once

#include "core/http/client.hpp"
#include "core/store/bucket.hpp"

#include <string>
#include <string_view>
#include <vector>

// What servers of S3 answer, read with suspicion.
namespace mesh::store {

// The `<Error>` of a reply. Everything is "" where the body is none.
struct S3Error {
  std::string code, message, region;
};
S3Error s3_error(const http::Response& response);

// Whether a success is none: S3 may begin to answer 200 and then find out otherwise.
bool is_failure_in_disguise(const http::Response& response);

// "HTTP 403: AccessDenied: …" with the fault that callers act on, and what to do about it.
Error s3_failure(const http::Response& response, std::string_view bucket, std::string_view region);

Result<Page> read_s3_page(std::string_view body);

}  // namespace mesh::store
