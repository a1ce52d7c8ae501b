#include "core/store/azure_reply.hpp"
#include "core/store/s3_reply.hpp"
#include "core/store/xml.hpp"
#include "tests/fuzz/check_tree.hpp"

namespace {

using mesh::store::XmlElement;

// As it was read, but for attributes, comments and the places of text between children.
std::string written(const XmlElement& element) {
  std::string text = "<" + element.name + ">" + mesh::store::xml_escaped(element.text);
  for (const XmlElement& child : element.children) text += written(child);
  return text + "</" + element.name + ">";
}

bool are_equal(const XmlElement& a, const XmlElement& b) {
  if (a.name != b.name || a.text != b.text || a.children.size() != b.children.size()) return false;
  for (size_t i = 0; i < a.children.size(); ++i)
    if (!are_equal(a.children[i], b.children[i])) return false;
  return true;
}

}  // namespace

// What a server answers is read without harm, and what was read is understood.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace mesh;
  http::Response response;
  response.status = 200;
  response.body.assign(reinterpret_cast<const char*>(data), size);
  if (const auto root = store::read_xml(response.body)) {
    const auto again = store::read_xml(written(*root));
    fuzz::require(again && are_equal(*root, *again), "what was read is written and read again");
  }
  for (const Error& error : {store::s3_failure(response, "bucket", "region"), store::azure_failure(response)})
    fuzz::require(error.message.size() < 10'000, "a message has an end");
  if (const auto page = store::read_azure_page(response.body))
    fuzz::require(page->keys.size() <= store::kMaxXmlElements, "a page has an end");
  if (const auto page = store::read_s3_page(response.body))
    fuzz::require(page->keys.size() <= store::kMaxXmlElements, "a page has an end");
  return 0;
}
