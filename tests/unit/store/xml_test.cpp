#include "core/store/xml.hpp"

#include <doctest.h>

using namespace mesh;
using namespace mesh::store;

namespace {

std::string why_not(std::string_view bytes) {
  const auto read = read_xml(bytes);
  if (read) return "it was read";
  CHECK(read.error().fault == Fault::corrupt);
  return read.error().message;
}

std::string nested(int depth) {
  std::string open, close;
  for (int i = 0; i < depth; ++i) {
    open += "<a>";
    close += "</a>";
  }
  return open + close;
}

}  // namespace

TEST_CASE("xml: what stores answer is read") {
  const auto list = read_xml(
      "\xef\xbb\xbf<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- a list -->\n"
      "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\" a='b\"c' "
      "><IsTruncated>false</IsTruncated>"
      "<Contents><Key> a&amp;b&#43;&#x2b; </Key><ETag>&quot;e&quot;</ETag><Owner/></Contents>\n"
      "<Contents><Key>\xc3\xa9</Key></Contents><Prefix></Prefix ></ListBucketResult>\n");
  REQUIRE(list);
  CHECK(list->name == "ListBucketResult");
  CHECK(list->text_at("IsTruncated") == "false");
  CHECK(list->text_at("nothing").empty());
  CHECK(list->find("Prefix"));
  REQUIRE(list->children.size() == 4);
  CHECK(list->children[1].text_at("Key") == " a&b++ ");
  CHECK(list->children[1].text_at("ETag") == "\"e\"");
  CHECK(list->children[2].text_at("Key") == "\xc3\xa9");
}

TEST_CASE("xml: what is no XML, or more than stores send, is refused with its place") {
  for (const char* bytes : {"",
                            " ",
                            "x",
                            "<",
                            "<a",
                            "<a>",
                            "</a>",
                            "<a></b>",
                            "<a/><b/>",
                            "<a/>x",
                            "<a b></a>",
                            "<a b=c/>",
                            "<a b='c/>",
                            "<a b=\"<\"/>",
                            "<a>&</a>",
                            "<a>& </a>",
                            "<a>&copy;</a>",
                            "<a>&#0;</a>",
                            "<a>&#x1b;</a>",
                            "<a>&#xd800;</a>",
                            "<a>&#x110000;</a>",
                            "<a>&#99999999999;</a>",
                            "<a>&#;</a>",
                            "<a>&#x;</a>",
                            "<a>&#-1;</a>",
                            "<a>\x1b</a>",
                            "<a>\xff</a>",
                            "<a>]]></a>",
                            "<a><!-- -- --></a>",
                            "<a><!-- </a>",
                            "<1/>",
                            "<a ><",
                            "<?xml version='1.0'?>",
                            "<?xml",
                            "<a><?php ?></a>",
                            "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
                            "<a><![CDATA[x]]></a>",
                            "<html><body><br></body></html>"}) {
    CAPTURE(bytes);
    CHECK(why_not(bytes).find("byte ") != std::string::npos);
  }
  CHECK(why_not(std::string_view("<a>\0</a>", 8)).find("control") != std::string::npos);
}

TEST_CASE("xml: depth and number of elements are bounded") {
  CHECK(read_xml(nested(kMaxXmlDepth)));
  CHECK(why_not(nested(kMaxXmlDepth + 1)).find("deep") != std::string::npos);
  CHECK(why_not(nested(1'000'000)).find("deep") != std::string::npos);
  std::string many = "<a>";
  for (size_t i = 0; i < kMaxXmlElements; ++i) many += "<b/>";
  CHECK(why_not(many + "</a>").find("too many") != std::string::npos);
}

TEST_CASE("xml: an escaped text comes back") {
  const std::string text = "a&b<c>\"d' \xc3\xa9]]>";
  CHECK(read_xml("<a>" + xml_escaped(text) + "</a>")->text == text);
}
