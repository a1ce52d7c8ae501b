// What schemas cost: compiling each embedded one, and judging the real documents of the corpus.
// usage: bench_schema CORPUS_DIR [ROUNDS]
#include "core/base/files.hpp"
#include "core/schema/standards.hpp"
#include "core/text/source.hpp"
#include "core/yaml/reader.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <vector>

using namespace mesh;
using namespace mesh::schema;
using Clock = std::chrono::steady_clock;

namespace {

double microseconds(Clock::duration time) { return std::chrono::duration<double, std::micro>(time).count(); }

// The best of `rounds`: what the work takes when nothing else disturbs it.
template <class Work>
double best_of(int rounds, const Work& work) {
  double best = 1e18;
  for (int i = 0; i < rounds; ++i) {
    const auto start = Clock::now();
    work();
    best = std::min(best, microseconds(Clock::now() - start));
  }
  return best;
}

struct Read {
  Source source;
  std::vector<yaml::Document> documents;
};

void time_compiling(int rounds) {
  constexpr Standard kAll[] = {Standard::odcs,    Standard::odps, Standard::dcs,
                               Standard::lf_odps, Standard::dpds, Standard::mesh};
  for (const Standard standard : kAll) {
    const auto text = schema_text(standard, "");
    if (!text) continue;
    const double read = best_of(rounds, [&] {
      const Source source("", std::string(*text));
      Findings findings;
      (void)yaml::read_json(source, findings);
    });
    const double whole = best_of(rounds, [&] { (void)compile(*text); });
    std::printf("compile %-28s %6.0f us, of these %6.0f us to read %zu bytes\n",
                std::string(name_of(standard)).c_str(), whole, read, text->size());
  }
}

void time_judging(const std::string& folder, int rounds) {
  std::vector<Read> all;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (name.find("odcs__") != 0 && name.find("odps__") != 0) continue;
    auto bytes = read_file(entry.path().string());
    if (!bytes) continue;
    Read read{Source(name, std::move(*bytes)), {}};
    all.push_back(std::move(read));
  }
  size_t bytes = 0, documents = 0, valid = 0;
  for (Read& read : all) {
    Findings findings;
    read.documents = yaml::read(read.source, findings);
    bytes += read.source.bytes().size();
    documents += read.documents.size();
  }
  const auto judge = [&](auto&& one) {
    for (const Read& read : all)
      for (const yaml::Document& document : read.documents) {
        const Identified identified = identify(document.root(), read.source.path());
        if (const Schema* schema = schema_for(identified.standard, identified.schema_version))
          one(*schema, document.root());
      }
  };
  const double pass = best_of(rounds, [&] {
    valid = 0;
    judge([&](const Schema& schema, yaml::Node root) { valid += is_valid(schema, root); });
  });
  const double explained = best_of(
      rounds, [&] { judge([&](const Schema& schema, yaml::Node root) { (void)validate(schema, root); }); });
  const double kib = static_cast<double>(bytes) / 1024;
  std::printf(
      "judge   %zu documents, %zu valid, %.0f KiB: %.1f us a document, %.1f us for 8 KiB; with causes %.1f "
      "us\n",
      documents, valid, kib, pass / static_cast<double>(documents), pass / kib * 8,
      explained / static_cast<double>(documents));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return std::fputs("usage: bench_schema CORPUS_DIR [ROUNDS]\n", stderr), 2;
  const int rounds = argc > 2 ? std::atoi(argv[2]) : 50;
  time_compiling(rounds);
  time_judging(std::string(argv[1]) + "/real", rounds);
  return 0;
}
