//===- BlockStoreTest.cpp - What a far end keeps, and what it believes ----===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/session/BlockStore.h"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <ctime>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <string>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

using namespace remoterun;
using executor::BlockStore;

namespace {

using Bytes = std::vector<uint8_t>;

Bytes block(unsigned Number, size_t Size = 5000) {
  Bytes Made(Size, static_cast<uint8_t>(Number));
  Made[0] = static_cast<uint8_t>(Number >> 8);
  return Made;
}

class BlockStoreTest : public testing::Test {
protected:
  BlockStoreTest() {
    char Template[] = "/tmp/block-store-XXXXXX";
    Base = ::mkdtemp(Template);
    Folder = Base + "/blocks";
  }
  ~BlockStoreTest() override { std::filesystem::remove_all(Base); }

  BlockStore open() {
    auto Opened = BlockStore::open(Folder.c_str());
    EXPECT_TRUE(bool(Opened)) << (Opened ? "" : Opened.error().Reason);
    return std::move(*Opened);
  }
  std::string refusal() const {
    auto Opened = BlockStore::open(Folder.c_str());
    return Opened ? "" : Opened.error().Reason;
  }
  std::vector<std::string> files() const {
    std::vector<std::string> Names;
    for (const auto &Each : std::filesystem::directory_iterator(Folder))
      Names.push_back(Each.path().string());
    return Names;
  }
  /// Keeps one block. Returns its file.
  std::string keepOne(const Bytes &Its) {
    BlockStore Store = open();
    EXPECT_TRUE(bool(Store.store(wire::hashOfBlock(Its), Its)));
    auto Names = files();
    EXPECT_EQ(Names.size(), 1u);
    return Names.front();
  }
  bool has(const Bytes &Its) {
    BlockStore Store = open();
    Bytes Read(Its.size());
    return Store.read(wire::hashOfBlock(Its), Read) && Read == Its;
  }
  static void setAge(const std::string &File, time_t Seconds) {
    timespec Then = {::time(nullptr) - Seconds, 0};
    timespec Times[] = {Then, Then};
    ASSERT_EQ(::utimensat(AT_FDCWD, File.c_str(), Times, 0), 0);
  }

  std::string Base, Folder;
};

TEST_F(BlockStoreTest, GivesBackWhatItKeeps) {
  EXPECT_FALSE(has(block(1)));
  const std::string File = keepOne(block(1));
  EXPECT_TRUE(has(block(1)));
  EXPECT_FALSE(has(block(2)));
  struct stat Status;
  ASSERT_EQ(::stat(Folder.c_str(), &Status), 0);
  EXPECT_EQ(Status.st_mode & 0777u, 0700u);
  ASSERT_EQ(::stat(File.c_str(), &Status), 0);
  EXPECT_EQ(Status.st_mode & 0777u, 0600u);
}

TEST_F(BlockStoreTest, BelievesNoFileThatWasCut) {
  const std::string File = keepOne(block(1));
  ASSERT_EQ(::truncate(File.c_str(), 4999), 0);
  EXPECT_FALSE(has(block(1)));
  // And it is not in the way of the right one.
  keepOne(block(1));
  EXPECT_TRUE(has(block(1)));
}

TEST_F(BlockStoreTest, BelievesNoFileThatHasGrown) {
  const std::string File = keepOne(block(1));
  ASSERT_EQ(::truncate(File.c_str(), 5001), 0);
  EXPECT_FALSE(has(block(1)));
}

TEST_F(BlockStoreTest, BelievesNoFileThatWasChanged) {
  const std::string File = keepOne(block(1));
  std::fstream(File, std::ios::in | std::ios::out).seekp(4000).put('!');
  EXPECT_FALSE(has(block(1)));
  keepOne(block(1));
  EXPECT_TRUE(has(block(1)));
}

TEST_F(BlockStoreTest, BelievesNoFileThatOthersMayWrite) {
  const std::string File = keepOne(block(1));
  ASSERT_EQ(::chmod(File.c_str(), 0666), 0);
  EXPECT_FALSE(has(block(1)));
}

TEST_F(BlockStoreTest, FollowsNoLink) {
  const std::string File = keepOne(block(1));
  std::filesystem::rename(File, Base + "/elsewhere");
  std::filesystem::create_symlink(Base + "/elsewhere", File);
  EXPECT_FALSE(has(block(1)));
  EXPECT_TRUE(std::filesystem::exists(Base + "/elsewhere"));
}

TEST_F(BlockStoreTest, DoesNotWaitForAPipe) {
  const std::string File = keepOne(block(1));
  std::filesystem::remove(File);
  ASSERT_EQ(::mkfifo(File.c_str(), 0600), 0);
  EXPECT_FALSE(has(block(1)));
}

TEST_F(BlockStoreTest, RefusesAFolderThatIsNotTheUsersAlone) {
  open();
  ASSERT_EQ(::chmod(Folder.c_str(), 0777), 0);
  EXPECT_EQ(refusal(), "others may write to '" + Folder + "'");
  std::filesystem::remove(Folder);
  std::filesystem::create_directory(Base + "/real");
  std::filesystem::create_directory_symlink(Base + "/real", Folder);
  EXPECT_NE(refusal(), "");
  std::filesystem::remove(Folder);
  std::ofstream(Folder) << "a file";
  EXPECT_NE(refusal(), "");
  Folder = Base + "/there/is/none";
  EXPECT_EQ(refusal(),
            "cannot make '" + Folder + "': No such file or directory");
}

TEST_F(BlockStoreTest, GoesOnWithoutAFolderThatIsGone) {
  BlockStore Store = open();
  std::filesystem::remove(Folder);
  EXPECT_FALSE(bool(Store.store(wire::hashOfBlock(block(1)), block(1))));
  Bytes Read(5000);
  EXPECT_FALSE(Store.read(wire::hashOfBlock(block(1)), Read));
}

TEST_F(BlockStoreTest, LeavesNothingWhereThereIsNoRoom) {
  keepOne(block(1));
  // A process of its own, whose limit cannot be raised again.
  pid_t Child = ::fork();
  if (Child == 0) {
    // As a disk that is full after 1000 bytes: part of a block is written.
    const rlimit Few = {1000, 1000};
    ::setrlimit(RLIMIT_FSIZE, &Few);
    auto Store = BlockStore::open(Folder.c_str());
    auto First = Store->store(wire::hashOfBlock(block(2)), block(2));
    // One that would fit: nothing is tried any more.
    Bytes Small = block(3, 10);
    auto Second = Store->store(wire::hashOfBlock(Small), Small);
    ::_exit(!First && !Second ? 0 : 1);
  }
  int Status = -1;
  ASSERT_EQ(::waitpid(Child, &Status, 0), Child);
  EXPECT_EQ(Status, 0);
  EXPECT_EQ(files().size(), 1u);
  EXPECT_TRUE(has(block(1)));
}

TEST_F(BlockStoreTest, IsForManyAtOnceAndForThoseThatAreKilled) {
  constexpr unsigned Processes = 4, Blocks = 200;
  open();
  std::vector<pid_t> Children;
  for (unsigned I = 0; I != Processes; ++I) {
    pid_t Child = ::fork();
    if (Child == 0) {
      auto Store = BlockStore::open(Folder.c_str());
      bool IsRight = true;
      for (unsigned N = 0; N != Blocks; ++N) {
        const Bytes Its = block(N);
        const wire::BlockHash Hash = wire::hashOfBlock(Its);
        Bytes Read(Its.size());
        IsRight &= !Store->read(Hash, Read) || Read == Its;
        IsRight &= bool(Store->store(Hash, Its));
        IsRight &= Store->read(Hash, Read) && Read == Its;
        // The last one goes in the middle of its work, wherever that is.
        if (I == Processes - 1 && N == Blocks / 2)
          ::kill(::getpid(), SIGKILL);
      }
      ::_exit(IsRight ? 0 : 1);
    }
    Children.push_back(Child);
  }
  for (unsigned I = 0; I != Processes; ++I) {
    int Status = -1;
    ASSERT_EQ(::waitpid(Children[I], &Status, 0), Children[I]);
    EXPECT_EQ(Status, I == Processes - 1 ? SIGKILL : 0);
  }
  EXPECT_EQ(files().size(), Blocks);
  for (unsigned N = 0; N != Blocks; ++N)
    EXPECT_TRUE(has(block(N))) << N;
}

TEST_F(BlockStoreTest, RemovesTheOldestFirst) {
  std::string Oldest = keepOne(block(1));
  setAge(Oldest, 300);
  BlockStore Store = open();
  for (unsigned N : {2u, 3u})
    ASSERT_TRUE(bool(Store.store(wire::hashOfBlock(block(N)), block(N))));
  std::ofstream(Folder + "/somebody's") << "file";
  Store.prune(/*MostBytes=*/15000, /*MostSeconds=*/1000);
  EXPECT_EQ(files().size(), 4u);
  Store.prune(/*MostBytes=*/14999, /*MostSeconds=*/1000);
  EXPECT_FALSE(std::filesystem::exists(Oldest));
  EXPECT_EQ(files().size(), 3u);
  EXPECT_TRUE(has(block(2)) && has(block(3)));
}

TEST_F(BlockStoreTest, KeepsWhatIsUsed) {
  const std::string File = keepOne(block(1));
  setAge(File, 300);
  EXPECT_TRUE(has(block(1)));
  open().prune(/*MostBytes=*/UINT64_MAX, /*MostSeconds=*/200);
  EXPECT_TRUE(has(block(1)));
  setAge(File, 300);
  const std::string Unfinished = Folder + "/unfinished-1-0123456789abcdef";
  std::ofstream(Unfinished) << "half";
  setAge(Unfinished, 4000);
  open().prune(/*MostBytes=*/UINT64_MAX, /*MostSeconds=*/200);
  EXPECT_TRUE(files().empty());
}

} // namespace
