#pragma once

#include "core/base/result.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

// The two files that AWS's own tools share: `~/.aws/config` and `~/.aws/credentials`, read as botocore reads
// them.
namespace mesh::config {

using Section = std::map<std::string, std::string, std::less<>>;  // names in lower case
using Sections = std::map<std::string, Section, std::less<>>;

// usage: no such syntax, a name twice; told by line, without what stands there.
Result<Sections> parse_sections(std::string_view text, const std::string& path);

struct AwsFiles {
  std::string config_path, credentials_path;
  Sections config;       // the profiles of the first
  Sections credentials;  // and of the second
  Sections services;     // `[services NAME]`: endpoints

  bool has(std::string_view profile) const;
  // What both say of a profile; credentials win.
  Section merged(std::string_view profile) const;
  std::vector<std::string> names() const;
  // `endpoint_url` that a profile has for a service ("s3", "sts"), or for all; "" when none.
  std::string endpoint(const Section& profile, std::string_view service) const;
};

// AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE, else those in ~/.aws. A file that is not there is empty.
Result<AwsFiles> read_aws_files();

}  // namespace mesh::config
