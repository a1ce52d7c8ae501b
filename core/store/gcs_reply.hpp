#pragma once

#include "core/http/client.hpp"
#include "core/store/bucket.hpp"

#include <string>
#include <string_view>
#include <vector>

// What Google Cloud Storage answers, read with suspicion.
namespace mesh::store {

// "HTTP 403: …" with the fault that callers act on, and what to do about it.
Error gcs_failure(const http::Response& response, std::string_view bucket);

// The generation in the reply to a write. temporary where there is none, or where the server is said to have
// other bytes than these: what it has is to be looked at.
Result<std::string> read_gcs_written(std::string_view reply, std::string_view bytes);

// A generation is a number of an object that is there: never 0, which means that there is none.
bool is_generation(std::string_view text);

// corrupt: the body is not what the hashes of the reply say. Those of an object that was packed are of what
// is stored.
Result<void> check_gcs_hashes(const http::Response& response);

Result<Page> read_gcs_page(std::string_view body);

}  // namespace mesh::store
