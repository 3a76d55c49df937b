//===- LibraryClosureTest.cpp - Libraries and what they need --------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/loader/LibraryClosure.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <dlfcn.h>
#include <filesystem>
#include <fstream>
#include <link.h>
#include <string>
#include <vector>

using namespace remoterun;
using namespace remoterun::executor;
using Problem = LibraryFile::Problem;

namespace {

/// What the lit test has built for this one.
std::string built(const std::string &Name) {
  const char *Folder = std::getenv("REMOTE_RUN_TEST_LIBRARIES");
  return std::string(Folder ? Folder : "/nonexistent") + "/" + Name;
}

std::string lastPart(const char *Path) {
  return std::filesystem::path(Path).filename();
}

/// The libraries that the program would need with \p Names, in their order.
std::vector<std::string> orderOf(const std::vector<std::string> &Names) {
  LibraryClosure Closure;
  for (const std::string &Name : Names) {
    auto Number = Closure.find(Name);
    if (!Number || !Closure.require(*Number))
      return {"not found: " + Name};
  }
  std::vector<std::string> Order;
  for (uint32_t Number : Closure.order())
    if (!Closure[Number].Loaded)
      Order.push_back(lastPart(Closure[Number].Path));
  return Order;
}

/// What the dynamic linker loads for \p Name, in its order.
std::vector<std::string> loadedFor(const std::string &Name) {
  link_map *Loaded = nullptr;
  void *Handle = ::dlopen(Name.c_str(), RTLD_LAZY | RTLD_LOCAL);
  if (!Handle || ::dlinfo(Handle, RTLD_DI_LINKMAP, &Loaded) != 0)
    return {::dlerror()};
  std::vector<std::string> Order;
  for (; Loaded; Loaded = Loaded->l_next)
    Order.push_back(lastPart(Loaded->l_name));
  return Order;
}

using Files = std::vector<std::string>;

bool wasConstructed() {
  return std::getenv("REMOTE_RUN_TEST_CONSTRUCTED") != nullptr;
}

TEST(LibraryClosureTest, IsWhatTheDynamicLinkerLoads) {
  // libbottom and libleft need each other.
  Files Expected = {"libtop.so", "libleft.so.1", "libright.so.1",
                    "libbottom.so.1"};
  ::unsetenv("REMOTE_RUN_TEST_CONSTRUCTED");
  EXPECT_EQ(orderOf({built("libtop.so")}), Expected);
  EXPECT_FALSE(wasConstructed());
  EXPECT_EQ(loadedFor(built("libtop.so")), Expected);
  EXPECT_TRUE(wasConstructed());
  // Now that they are loaded, they are no files.
  EXPECT_EQ(orderOf({built("libtop.so")}), Files());
}

TEST(LibraryClosureTest, FollowsInheritedPaths) {
  Files Expected = {"libold.so", "libmiddle.so.1", "libdeep.so.1"};
  EXPECT_EQ(orderOf({built("libold.so")}), Expected);
  EXPECT_EQ(loadedFor(built("libold.so")), Expected);
  // DT_RUNPATH is not inherited.
  EXPECT_EQ(orderOf({built("libnew.so")}),
            Files({"not found: " + built("libnew.so")}));
}

TEST(LibraryClosureTest, KnowsTheOriginInANeed) {
  Files Expected = {"libtoken.so", "libmeant.so"};
  EXPECT_EQ(orderOf({built("libtoken.so")}), Expected);
  EXPECT_EQ(loadedFor(built("libtoken.so")), Expected);
}

TEST(LibraryClosureTest, SearchesEveryLevelBeforeTheNext) {
  // Both need libbottom; what is needed itself comes first.
  EXPECT_EQ(orderOf({built("apart/liba.so"), built("apart/libb.so")}),
            Files({"liba.so", "libb.so", "libc.so.1", "libd.so.1"}));
  EXPECT_EQ(orderOf({built("apart/libb.so"), built("apart/liba.so"),
                     built("apart/libb.so")}),
            Files({"libb.so", "liba.so", "libd.so.1", "libc.so.1"}));
}

TEST(LibraryClosureTest, SearchesTheEnvironment) {
  // LD_LIBRARY_PATH has it second, behind what is for another machine.
  EXPECT_EQ(orderOf({"libenvironment.so.1"}), Files({"libenvironment.so.1"}));
  EXPECT_EQ(loadedFor("libenvironment.so.1"), Files({"libenvironment.so.1"}));
}

TEST(LibraryClosureTest, KnowsOneFileByManyNames) {
  LibraryClosure Closure;
  auto ByName = Closure.find("libc.so.6");
  ASSERT_TRUE(ByName);
  EXPECT_TRUE(Closure[*ByName].Loaded);
  EXPECT_STREQ(Closure[*ByName].Name, "libc.so.6");
  std::string Link = built("link-to-libc");
  std::filesystem::remove(Link);
  std::filesystem::create_symlink(Closure[*ByName].Path, Link);
  auto ByLink = Closure.find(Link);
  ASSERT_TRUE(ByLink);
  EXPECT_EQ(*ByName, *ByLink);
  auto One = Closure.find(built("apart/liba.so"));
  auto Other = Closure.find(built("apart/../apart/liba.so"));
  ASSERT_TRUE(One && Other);
  EXPECT_EQ(*One, *Other);
  EXPECT_FALSE(Closure[*One].Loaded);
}

TEST(LibraryClosureTest, SaysWhatIsWrong) {
  LibraryClosure Closure;
  auto ProblemWith = [&](const std::string &Name) {
    auto Number = Closure.find(Name);
    if (!Number)
      return Number.error();
    auto Required = Closure.require(*Number);
    EXPECT_FALSE(Required) << Name;
    return Required.error();
  };
  EXPECT_EQ(ProblemWith(built("apart/libneedy.so")), Problem::Missing);
  EXPECT_EQ(ProblemWith("libno-such-thing.so.1"), Problem::Missing);
  EXPECT_EQ(ProblemWith(""), Problem::Damaged);
  // Only the dynamic linker knows what it means.
  EXPECT_EQ(ProblemWith(built("$LIB.so")), Problem::Missing);
  EXPECT_TRUE(Closure.order().empty());
}

TEST(LibraryClosureTest, FindsTheSystemsLibraries) {
  size_t Compared = 0;
  for (const char *Name :
       {"libm.so.6", "libgcc_s.so.1", "libstdc++.so.6", "libatomic.so.1",
        "libdl.so.2", "librt.so.1", "libutil.so.1", "libresolv.so.2",
        "libpthread.so.0", "libz.so.1", "libcrypt.so.1", "libtinfo.so.6",
        "libexpat.so.1", "libgomp.so.1", "libquadmath.so.0", "libbz2.so.1.0",
        "libno-such.so.1"}) {
    LibrarySearch Search;
    auto Found = Search.find(Name, nullptr);
    void *Handle = ::dlopen(Name, RTLD_LAZY | RTLD_LOCAL);
    EXPECT_EQ(static_cast<bool>(Found), Handle != nullptr) << Name;
    if (!Found || !Handle)
      continue;
    link_map *Loaded = nullptr;
    ASSERT_EQ(::dlinfo(Handle, RTLD_DI_LINKMAP, &Loaded), 0);
    EXPECT_TRUE(std::filesystem::equivalent(Found->Path, Loaded->l_name))
        << Found->Path << " " << Loaded->l_name;
    Found->Library.File.unmap();
    ++Compared;
  }
  EXPECT_GE(Compared, 4u);
}

//===----------------------------------------------------------------------===//
// ldconfig's cache
//===----------------------------------------------------------------------===//

std::string contentsOf(const std::string &Path) {
  std::ifstream In(Path, std::ios::binary);
  return {std::istreambuf_iterator<char>(In), {}};
}

/// How many paths there are for \p Name in a cache of these bytes.
size_t findInCache(const std::string &Bytes, const char *Name) {
  std::string Path = built("cache");
  std::ofstream(Path, std::ios::binary) << Bytes;
  LibraryCache Cache(Path.c_str());
  return Cache.find(Name).size();
}

TEST(LibraryClosureTest, ReadsEitherFormOfTheCache) {
  std::string Bytes = contentsOf("/etc/ld.so.cache");
  ASSERT_TRUE(Bytes.starts_with("glibc-ld.so.cache1.1"));
  EXPECT_GE(findInCache(Bytes, "libc.so.6"), 1u);
  EXPECT_EQ(findInCache(Bytes, "libc.so"), 0u);
  EXPECT_EQ(findInCache(Bytes, "libc.so.66"), 0u);
  // One of both forms: a header, entries of 12 bytes, and what fills up to 8.
  std::string Old("ld.so-1.7.0\0\3\0\0\0", 16);
  EXPECT_GE(findInCache(Old + std::string(36 + 4, 'x') + Bytes, "libc.so.6"),
            1u);
  EXPECT_EQ(findInCache(Old, "libc.so.6"), 0u);
}

TEST(LibraryClosureTest, SurvivesADamagedCache) {
  std::string Bytes = contentsOf("/etc/ld.so.cache");
  for (size_t Size = 0; Size < Bytes.size(); Size += Bytes.size() / 200 + 1)
    findInCache(Bytes.substr(0, Size), "libm.so.6");
  for (size_t I = 0; I != 200; ++I) {
    std::string Changed = Bytes;
    for (size_t J = I; J < Changed.size(); J += 200)
      Changed[J] = static_cast<char>(~Changed[J]);
    findInCache(Changed, "libm.so.6");
  }
}

} // namespace
