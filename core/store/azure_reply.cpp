#include "core/store/azure_reply.hpp"

#include "core/base/strings.hpp"
#include "core/store/xml.hpp"

#include <algorithm>

namespace mesh::store {
namespace {

struct Known {
  std::string_view code;
  Fault fault;
  std::string_view help;
};

constexpr std::string_view kRoles =
    "publishing needs the role Storage Blob Data Contributor, or a signature with the permissions r, c, w "
    "and l, and d to collect what nothing names";

// What a code means where its status does not tell, or what there is to do.
constexpr Known kKnown[] = {
    {"AccountIsDisabled", Fault::refused, ""},
    {"AuthenticationFailed", Fault::refused,
     "check AZURE_STORAGE_KEY or AZURE_STORAGE_SAS_TOKEN, its expiry and the clock of this machine"},
    {"AuthorizationFailure", Fault::refused,
     "check AZURE_STORAGE_KEY or AZURE_STORAGE_SAS_TOKEN, and whether the account's firewall lets this "
     "machine in"},
    {"AuthorizationPermissionMismatch", Fault::refused, kRoles},
    {"BlobImmutableDueToPolicy", Fault::refused,
     "a policy of the container keeps objects as they are, and an index must change"},
    {"ContainerBeingDeleted", Fault::temporary, ""},
    {"ContainerNotFound", Fault::usage, "make the container, or check its name and the account"},
    {"InsufficientAccountPermissions", Fault::refused, ""},
    {"InvalidAuthenticationInfo", Fault::refused,
     "the token is not for storage, or has expired: get a new one"},
    {"KeyBasedAuthenticationNotPermitted", Fault::refused,
     "the account takes no keys: use a token (AZURE_STORAGE_TOKEN)"},
    {"LeaseIdMissing", Fault::refused, "somebody holds a lease on it: break the lease"},
    {"Md5Mismatch", Fault::temporary, "what arrived is not what was sent"},
    {"NoAuthenticationInformation", Fault::refused, ""},
    {"OperationTimedOut", Fault::temporary, ""},
    {"ResourceNotFound", Fault::usage, "check the names of the account and the container"},
    {"ServerBusy", Fault::temporary, ""},
};

}  // namespace

AzureError azure_error(const http::Response& response) {
  AzureError error{std::string(response.header("x-ms-error-code")), {}};
  const auto root = read_xml(response.body);
  if (!root || root->name != "Error") return error;
  if (error.code.empty()) error.code = root->text_at("Code");
  // The lines below are the request's id and the time.
  const std::string_view message = root->text_at("Message");
  error.message = trim(message.substr(0, message.find('\n')));
  return error;
}

Error azure_failure(const http::Response& response) {
  const AzureError told = azure_error(response);
  Error error = http::error_of(response, told.code.empty()      ? told.message
                                         : told.message.empty() ? told.code
                                                                : told.code + ": " + told.message);
  // A gateway's 404, 409 or 412 says nothing about objects; whoever sent the request reads those of Azure.
  if (error.fault == Fault::not_found || error.fault == Fault::conflict) error.fault = Fault::refused;
  if (response.status / 100 == 2) error.fault = Fault::temporary;
  const auto known = std::ranges::find(kKnown, told.code, &Known::code);
  if (known != std::end(kKnown)) {
    error.fault = known->fault;
    error.help = known->help;
  }
  if (error.fault != Fault::temporary) error.retry_after = 0;
  return error;
}

bool is_azure_folder(const http::Response& response) {
  return response.header("x-ms-resource-type") == "directory" ||
         to_lower(response.header("x-ms-meta-hdi_isfolder")) == "true";
}

Result<Page> read_azure_page(std::string_view body) {
  auto root = read_xml(body);
  if (!root) return pass(std::move(root));
  if (root->name != "EnumerationResults")
    return fail(Fault::corrupt,
                "the reply is no list of keys but `" + printable(root->name.substr(0, 64)) + "`");
  Page page;
  page.next = root->text_at("NextMarker");
  const XmlElement* const blobs = root->find("Blobs");
  if (!blobs) return fail(Fault::corrupt, "the reply has no list of keys in it");
  for (const XmlElement& blob : blobs->children) {
    const bool is_prefix = blob.name == "BlobPrefix";
    if (blob.name != "Blob" && !is_prefix) continue;
    const XmlElement* const name = blob.find("Name");
    if (!name) return fail(Fault::corrupt, "the reply lists an object without a key");
    if (is_prefix) {
      page.prefixes.push_back(name->text);
      continue;
    }
    const XmlElement* const properties = blob.find("Properties");
    if (!properties || properties->text_at("ResourceType") != "directory") page.keys.push_back(name->text);
  }
  return page;
}

}  // namespace mesh::store
