//===- SeedRunner.cpp - Runs a fuzz target over files ---------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Takes libFuzzer's place, so that every run of the test suite tries the seeds
// with every compiler. A file whose name starts with "good-" must be accepted,
// one whose name starts with "bad-" must not; others only need to end.
//
//===----------------------------------------------------------------------===//

#include "FuzzTarget.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace {

using Bytes = std::vector<char>;

Bytes contents(const std::filesystem::path &File) {
  std::ifstream Stream(File, std::ios::binary);
  // Twice: the second vector is exactly as large as the file, so that a read
  // behind its end is one behind the block.
  Bytes Read{std::istreambuf_iterator<char>(Stream), {}};
  return Bytes(Read.begin(), Read.end());
}

/// Whether the target judged the file as its name has it.
bool runSeed(const std::filesystem::path &File) {
  std::string Name = File.filename();
  // Said before the run, which may not come back.
  std::printf("%s\n", Name.c_str());
  std::fflush(stdout);
  Bytes Input = contents(File);
  remoterun::fuzz::Accepted = false;
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t *>(Input.data()),
                         Input.size());
  bool Accepted = remoterun::fuzz::Accepted;
  if (!Name.starts_with(Accepted ? "bad-" : "good-"))
    return true;
  std::printf("  was %s\n", Accepted ? "accepted" : "refused");
  return false;
}

} // namespace

int main(int Count, char **Arguments) {
  unsigned Seeds = 0, Wrong = 0;
  for (int I = 1; I < Count; ++I)
    for (const auto &File : std::filesystem::directory_iterator(Arguments[I])) {
      ++Seeds;
      Wrong += !runSeed(File.path());
    }
  std::printf("%u seeds, %u wrong\n", Seeds, Wrong);
  return Seeds == 0 || Wrong != 0;
}
