//===- SharedMemoryTest.cpp - What an executor may show for its file ------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/session/SharedMemory.h"
#include "transport/Descriptor.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

using namespace remoterun;
using controller::SharedMemory;
using transport::Descriptor;

namespace {

constexpr char Name[] = "late code (1)";
constexpr uint64_t Size = 1 << 16;
constexpr int Fixed = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;

Descriptor made(const char *As = Name, int Seals = Fixed,
                uint64_t Bytes = Size) {
  Descriptor File(::memfd_create(As, MFD_CLOEXEC | MFD_ALLOW_SEALING));
  EXPECT_EQ(::ftruncate(File.get(), static_cast<off_t>(Bytes)), 0);
  EXPECT_EQ(::fcntl(File.get(), F_ADD_SEALS, Seals), 0);
  return File;
}

std::string whyNot(int File, pid_t Process = ::getpid()) {
  auto Opened =
      SharedMemory::open(Process, static_cast<uint32_t>(File), Name, Size);
  return Opened ? "" : Opened.error().Message;
}

std::string whyNot(const Descriptor &File) { return whyNot(File.get()); }

constexpr char Another[] = "the executor's shared file is another file";

TEST(SharedMemory, IsWhatTheOthersSee) {
  Descriptor File = made();
  auto Opened = SharedMemory::open(
      ::getpid(), static_cast<uint32_t>(File.get()), Name, Size);
  ASSERT_TRUE(Opened);
  ASSERT_EQ(Opened->bytes().size(), Size);
  Opened->bytes()[Size - 1] = 7;
  uint8_t Last = 0;
  EXPECT_EQ(::pread(File.get(), &Last, 1, Size - 1), 1);
  EXPECT_EQ(Last, 7);
  // The mapping needs no file, and has one owner.
  File.close();
  SharedMemory Moved = std::move(*Opened);
  EXPECT_TRUE(Opened->bytes().empty());
  EXPECT_EQ(Moved.bytes()[Size - 1], 7);
}

TEST(SharedMemory, IsWrittenWhateverLimitsFiles) {
  Descriptor File = made();
  auto Opened = SharedMemory::open(
      ::getpid(), static_cast<uint32_t>(File.get()), Name, Size);
  ASSERT_TRUE(Opened);
  const std::vector<uint8_t> Written(5000, 3);
  auto IsThere = [&](uint64_t Offset) {
    auto Its = Opened->bytes().subspan(Offset - 1, Written.size() + 2);
    return Its.front() == 0 && Its.back() == 0 &&
           std::ranges::equal(Its.subspan(1, Written.size()), Written);
  };
  Opened->write(100, Written);
  EXPECT_TRUE(IsThere(100));
  rlimit Limit;
  ::getrlimit(RLIMIT_FSIZE, &Limit);
  const rlimit Low = {12000, Limit.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &Low);
  Opened->write(10000, Written);
  ::setrlimit(RLIMIT_FSIZE, &Limit);
  EXPECT_TRUE(IsThere(10000));
  Opened->closeFile();
  Opened->write(30000, Written);
  EXPECT_TRUE(IsThere(30000));
}

TEST(SharedMemory, HasTheNameAndTheSize) {
  EXPECT_EQ(whyNot(made()), "");
  EXPECT_EQ(whyNot(made("late code (1")), Another);
  EXPECT_EQ(whyNot(made("late code (1) (deleted)")), Another);
  EXPECT_EQ(whyNot(made("")), Another);
  for (uint64_t Bytes : {uint64_t(0), Size - 1, Size + 1, 2 * Size})
    EXPECT_EQ(whyNot(made(Name, Fixed, Bytes)),
              "the executor's shared file is not of the size that was asked "
              "for");
}

TEST(SharedMemory, CannotBecomeShorter) {
  constexpr char Bad[] = "the executor's shared file can become shorter";
  EXPECT_EQ(whyNot(made(Name, F_SEAL_SHRINK)), "");
  EXPECT_EQ(whyNot(made(Name, F_SEAL_GROW | F_SEAL_SEAL)), Bad);
  // No seals at all, which is what every other file has.
  Descriptor Unsealed(::memfd_create(Name, MFD_CLOEXEC));
  EXPECT_EQ(::ftruncate(Unsealed.get(), Size), 0);
  EXPECT_EQ(whyNot(Unsealed), Bad);
}

TEST(SharedMemory, IsWrittenByEverybody) {
  // Sealed against us.
  EXPECT_NE(whyNot(made(Name, Fixed | F_SEAL_WRITE)), "");
}

TEST(SharedMemory, IsThere) {
  EXPECT_EQ(whyNot(::dup(0) + 100), "the executor's shared file cannot be "
                                    "found: No such file or directory");
  EXPECT_NE(whyNot(-1), "");
  EXPECT_NE(whyNot(made().get(), /*Process=*/-1), "");
}

TEST(SharedMemory, IsNoOtherKindOfFile) {
  int Ends[2];
  ASSERT_EQ(::pipe2(Ends, O_CLOEXEC), 0);
  Descriptor Reader(Ends[0]), Writer(Ends[1]);
  EXPECT_EQ(whyNot(Reader), Another);
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, Ends), 0);
  Descriptor Here(Ends[0]), There(Ends[1]);
  EXPECT_EQ(whyNot(Here), Another);
  EXPECT_EQ(whyNot(Descriptor(::open("/dev/null", O_RDWR | O_CLOEXEC))),
            Another);
  EXPECT_EQ(whyNot(Descriptor(::open("/", O_RDONLY | O_CLOEXEC))), Another);
  char Path[] = "late-code-XXXXXX";
  Descriptor OnDisk(::mkostemp(Path, O_CLOEXEC));
  EXPECT_EQ(::ftruncate(OnDisk.get(), Size), 0);
  EXPECT_EQ(whyNot(OnDisk), Another);
  EXPECT_EQ(::unlink(Path), 0);
  EXPECT_EQ(whyNot(OnDisk), Another);
}

TEST(SharedMemory, HasOrdinaryPages) {
  // A write to a page that the system has not got would be our end.
  constexpr uint64_t Huge = 2 << 20;
  Descriptor File(
      ::memfd_create(Name, MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_HUGETLB));
  if (!File.isOpen() || ::ftruncate(File.get(), Huge) != 0 ||
      ::fcntl(File.get(), F_ADD_SEALS, F_SEAL_SHRINK) != 0)
    GTEST_SKIP() << "no large pages";
  EXPECT_FALSE(SharedMemory::open(::getpid(), static_cast<uint32_t>(File.get()),
                                  Name, Huge));
}

} // namespace
