#include "cmd/remote.hpp"

#include "core/config/aws_environment.hpp"

namespace mesh::cmd {

store::Context remote_context() {
  config::AwsSettings aws = config::aws_settings();
  store::Context context;
  context.http = std::make_shared<http::Client>(http::Settings{});
  context.aws = config::aws_environment();
  context.s3.region = std::move(aws.region);
  context.s3.endpoint = std::move(aws.endpoint);
  return context;
}

Result<std::unique_ptr<store::Store>> open_store(const publish::TargetPlace& place,
                                                 const store::Context& context) {
  store::Context own = context;
  if (!place.region.empty()) own.s3.region = place.region;
  return store::open(place.url, place.base, own);
}

}  // namespace mesh::cmd
