//===- Ownership.cpp - Whose work a file is -------------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/cache/Ownership.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <array>
#include <cstdio>
#include <cstring>
#include <grp.h>
#include <memory>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

using namespace llvm;

namespace remoterun::jit {

namespace {

/// The entry in \p File, of which \p Next reads the next one, that \p IsWanted
/// of; whether there is one. getpwuid(3) and its like would load libraries.
template <typename EntryT>
bool findEntry(const char *File,
               int (*Next)(FILE *, EntryT *, char *, size_t, EntryT **),
               EntryT &Into, MutableArrayRef<char> Texts,
               function_ref<bool(const EntryT &)> IsWanted) {
  std::unique_ptr<FILE, int (*)(FILE *)> Opened(std::fopen(File, "re"),
                                                std::fclose);
  EntryT *Found = nullptr;
  while (Opened &&
         Next(Opened.get(), &Into, Texts.data(), Texts.size(), &Found) == 0)
    if (IsWanted(Into))
      return true;
  return false;
}

/// Whether \p Number is a group that the effective user is alone in: the
/// private group of "usergroups" (pam_umask(8)), whose users have a umask of
/// 002.
bool isPrivateGroup(gid_t Number) {
  std::array<char, 4096> TextsOfUser, TextsOfGroup;
  passwd User;
  group Group;
  return findEntry<passwd>(
             "/etc/passwd", ::fgetpwent_r, User, TextsOfUser,
             [](const passwd &Each) { return Each.pw_uid == ::geteuid(); }) &&
         User.pw_gid == Number &&
         findEntry<group>(
             "/etc/group", ::fgetgrent_r, Group, TextsOfGroup,
             [&](const group &Each) { return Each.gr_gid == Number; }) &&
         std::strcmp(User.pw_name, Group.gr_name) == 0 && !*Group.gr_mem;
}

/// Where there is an access control list, the group's rights in the mode are
/// the most that anybody has whom it names (acl(5)).
bool hasAccessList(const std::string &Path) {
  return ::lgetxattr(Path.c_str(), "system.posix_acl_access", nullptr, 0) >= 0;
}

bool isWrittenByOthers(const std::string &Path, const struct stat &Status) {
  if (Status.st_mode & S_IWOTH)
    return true;
  return (Status.st_mode & S_IWGRP) &&
         (hasAccessList(Path) || !isPrivateGroup(Status.st_gid));
}

std::string belongsTo(const std::string &Path, uid_t User) {
  return "'" + Path + "' belongs to user " + std::to_string(User);
}

std::string writtenByOthers(const std::string &Path) {
  return "others may write to '" + Path + "'";
}

/// The system's files are its, whatever its number is in this namespace of
/// users (user_namespaces(7)).
bool isOfSystem(const struct stat &Status) {
  struct stat Root;
  return Status.st_uid == 0 ||
         (::stat("/", &Root) == 0 && Root.st_uid == Status.st_uid);
}

/// Of a folder of which only the name of what is in it matters.
std::string whyForeignParent(const std::string &Path,
                             const struct stat &Status) {
  if (Status.st_uid != ::geteuid() && !isOfSystem(Status))
    return belongsTo(Path, Status.st_uid);
  if (!(Status.st_mode & S_ISVTX) && isWrittenByOthers(Path, Status))
    return writtenByOthers(Path);
  return "";
}

/// \p Folder, or what there is of it, without symbolic links. Empty if nobody
/// can use it, which is not for us to say.
SmallString<256> existingPartOf(const std::string &Folder, bool &IsWhole) {
  SmallString<256> Found(Folder), Real;
  sys::fs::make_absolute(Found);
  std::error_code E = sys::fs::real_path(Found, Real);
  for (IsWhole = !E; E == std::errc::no_such_file_or_directory;
       E = sys::fs::real_path(Found, Real))
    sys::path::remove_filename(Found);
  if (E)
    Real.clear();
  return Real;
}

} // namespace

std::string whyForeign(const std::string &Path, const struct stat &Status) {
  if (Status.st_uid != ::geteuid())
    return belongsTo(Path, Status.st_uid);
  return isWrittenByOthers(Path, Status) ? writtenByOthers(Path) : "";
}

std::string whyForeignFolder(const std::string &Folder, FolderOwner Allowed) {
  bool IsWhole;
  SmallString<256> Path = existingPartOf(Folder, IsWhole);
  bool MustBeOwn = IsWhole && Allowed == FolderOwner::User;
  for (; !Path.empty(); sys::path::remove_filename(Path), MustBeOwn = false) {
    struct stat Status;
    if (::stat(Path.c_str(), &Status) != 0)
      return "";
    std::string Why = MustBeOwn ? whyForeign(std::string(Path), Status)
                                : whyForeignParent(std::string(Path), Status);
    if (!Why.empty())
      return Why;
    if (Path == "/")
      break;
  }
  return "";
}

} // namespace remoterun::jit
