#pragma once

#include "cmd/command.hpp"
#include "core/publish/roots.hpp"
#include "core/publish/trusted.hpp"

#include <string>
#include <vector>

// What the `mesh trust` commands print.
namespace mesh::cmd {

// A root that was published or signed just now.
struct RootReport {
  publish::RootChange change;
  std::vector<std::string> changes;  // to the one before it
  std::string target;                // URL of the store
  bool pin_help = false;             // tell how readers pin it
};
void print_root(Streams& streams, const std::string& format, const RootReport& report);

// What is published and what is pinned.
struct TrustReport {
  publish::PublishedRoots published;
  std::vector<trust::Pin> pins;  // those for this store
  std::string pins_path, target;
  // Why the pins do not lead to a root that can be trusted; "" when they do, or there are none.
  std::string problem;
};
void print_trust(Streams& streams, const std::string& format, const TrustReport& report);

// An error, and with JSON the document of the command that says why there is no more in it.
int fail_root(const std::string& format, Streams& streams, const Error& error);
int fail_trust(const std::string& format, Streams& streams, const Error& error);

// A trust.yaml that pins the keys of this root.
void print_pin(Streams& streams, const trust::Root& root, const std::string& target);

}  // namespace mesh::cmd
