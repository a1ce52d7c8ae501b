#include "cmd/trusting.hpp"

#include "core/base/strings.hpp"

#include <ostream>

namespace mesh::cmd {

constexpr int kWarnedDays = 14;  // before its end

Option require_signature_option(bool& required) {
  return {"--require-signature", "",
          "fail when no root is pinned for the target, instead of checking no signature", &required};
}

Result<std::optional<trust::Root>> root_to_check(store::Store& store, bool required, Streams& streams) {
  const auto reader = publish::reader_of_environment();
  if (!reader) return tl::unexpected(reader.error());
  auto trusted = publish::trusted_root(store, *reader);
  if (!trusted) return pass(std::move(trusted));
  if (!*trusted && required) return tl::unexpected(publish::nothing_pinned(store, *reader));
  if (!*trusted) return std::nullopt;
  if (!(*trusted)->warning.empty()) streams.err << "warning: " << printable((*trusted)->warning) << "\n";
  trust::Root& root = (*trusted)->root;
  if (root.expires.number - reader->today.number < kWarnedDays)
    streams.err << "warning: root " << root.serial << " of `" << root.mesh << "` expires after "
                << to_string(root.expires) << "\n";
  return std::move(root);
}

}  // namespace mesh::cmd
