#include "core/text/edit.hpp"

namespace mesh {

std::string with_edits(std::string_view bytes, const std::vector<Edit>& edits) {
  std::string text;
  text.reserve(bytes.size());
  size_t done = 0;
  for (const Edit& edit : edits) {
    text += bytes.substr(done, edit.at.begin - done);
    text += edit.text;
    done = edit.at.end;
  }
  return text += bytes.substr(done);
}

}  // namespace mesh
