//===- KnownHashesTest.cpp - Files that were hashed before ----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/cache/KnownHashes.h"
#include "jit/base/ContentHash.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <linux/magic.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

using namespace remoterun::jit;

namespace {

constexpr uint64_t Size = 2 * KnownHashes::Smallest;

/// How much this thread has read of files so far, in bytes.
uint64_t readSoFar() {
  std::ifstream Counts("/proc/thread-self/io");
  std::string Name;
  uint64_t Read = 0;
  Counts >> Name >> Read;
  EXPECT_EQ(Name, "rchar:");
  return Read;
}

/// A file in a folder that nobody else knows, and a cache beside it. What the
/// hash is has to be right whether the file system is one that is believed or
/// not; where it is none, nothing is kept.
class KnownHashesTest : public ::testing::Test {
protected:
  void SetUp() override {
    char Name[] = "known-hashes.XXXXXX";
    ASSERT_TRUE(::mkdtemp(Name));
    Folder = Name;
    Path = Folder + "/file";
    write(std::string(Size, 'a'));
    struct statfs System;
    ASSERT_EQ(::statfs(Folder.c_str(), &System), 0);
    IsExact = System.f_type == EXT4_SUPER_MAGIC ||
              System.f_type == BTRFS_SUPER_MAGIC ||
              System.f_type == F2FS_SUPER_MAGIC || System.f_type == 0x58465342;
    Cache.emplace(Folder);
  }
  void TearDown() override {
    std::string Command = "rm -r " + Folder;
    EXPECT_EQ(std::system(Command.c_str()), 0);
  }

  void write(const std::string &Contents) const {
    std::ofstream(Path, std::ios::binary) << Contents;
  }
  /// The file's last change, and so many seconds.
  timespec after(int Seconds) const {
    struct stat Status;
    EXPECT_EQ(::stat(Path.c_str(), &Status), 0);
    return {Status.st_ctim.tv_sec + Seconds, 0};
  }
  /// Hashes the file in a run of its own, so many \p Seconds after it was
  /// changed; whether all of it was read for that.
  bool hashes(int Seconds) const {
    KnownHashes Hashes(*Cache, after(Seconds));
    uint64_t Before = readSoFar();
    auto Hash = Hashes.of(Path);
    uint64_t Read = readSoFar() - Before;
    EXPECT_EQ(*Hash, *hashOfFile(Path));
    Hashes.keep();
    EXPECT_TRUE(Read >= Size || Read < 10'000) << Read;
    return Read >= Size;
  }

  std::string Folder, Path;
  bool IsExact = false;
  std::optional<CompilationCache> Cache;
};

TEST_F(KnownHashesTest, AFileThatStaysIsHashedOnce) {
  EXPECT_TRUE(hashes(3));
  EXPECT_EQ(hashes(3), !IsExact);
  // Another file that has its name, and one whose times were put back.
  struct stat Status;
  ASSERT_EQ(::stat(Path.c_str(), &Status), 0);
  std::fstream(Path, std::ios::in | std::ios::out | std::ios::binary) << 'b';
  timespec Times[] = {Status.st_atim, Status.st_mtim};
  ASSERT_EQ(::utimensat(AT_FDCWD, Path.c_str(), Times, 0), 0);
  EXPECT_TRUE(hashes(3));
  EXPECT_EQ(hashes(3), !IsExact);
  std::string Before = Path;
  Path = Folder + "/other";
  write(std::string(Size, 'c'));
  ASSERT_EQ(::rename(Path.c_str(), Before.c_str()), 0);
  Path = Before;
  EXPECT_TRUE(hashes(3));
}

TEST_F(KnownHashesTest, AFileThatWasJustWrittenIsHashedAgain) {
  EXPECT_TRUE(hashes(0));
  EXPECT_TRUE(hashes(1));
  EXPECT_TRUE(hashes(2));
  EXPECT_TRUE(hashes(3));
  EXPECT_EQ(hashes(0), !IsExact);
}

TEST_F(KnownHashesTest, AFileThatSomebodyMayWriteToIsHashedAgain) {
  int Writer = ::open(Path.c_str(), O_RDWR);
  ASSERT_GE(Writer, 0);
  EXPECT_TRUE(hashes(3));
  EXPECT_TRUE(hashes(3));
  void *Mapped =
      ::mmap(nullptr, Size, PROT_READ | PROT_WRITE, MAP_SHARED, Writer, 0);
  ASSERT_NE(Mapped, MAP_FAILED);
  ::close(Writer);
  static_cast<char *>(Mapped)[0] = 'd';
  EXPECT_TRUE(hashes(3));
  EXPECT_TRUE(hashes(3));
  // No time tells of it.
  static_cast<char *>(Mapped)[0] = 'e';
  EXPECT_TRUE(hashes(3));
  ::munmap(Mapped, Size);
  EXPECT_TRUE(hashes(3));
  EXPECT_EQ(hashes(3), !IsExact);
}

TEST_F(KnownHashesTest, WhatIsSmallIsHashed) {
  write("small");
  KnownHashes Hashes(*Cache, after(3));
  EXPECT_EQ(*Hashes.of(Path), hashOf("small"));
  EXPECT_FALSE(Hashes.of(Folder + "/nothing"));
}

} // namespace
