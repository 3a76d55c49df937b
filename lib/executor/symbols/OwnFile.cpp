//===- OwnFile.cpp - The file that the guest is taken from ----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/symbols/OwnFile.h"
#include "executor/base/MappedFile.h"
#include "executor/base/TextStore.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace remoterun::executor {

namespace {

constexpr char OwnLink[] = "/proc/self/exe";

/// What is told once, and then read only. Nothing of it is ever destroyed: who
/// is the last to execute something is unknown.
struct {
  std::string_view Program;           ///< The guest's file.
  std::string_view Name;              ///< The guest's argv[0].
  std::string_view Executor;          ///< What OwnLink leads to.
  FileIdentity ExecutorFile;          ///< Of that.
  const char *ForDebuggers = nullptr; ///< A file of the program's symbols.
  const char *File = nullptr;
  char **Arguments = nullptr;
  size_t Count = 0;
} Own;

std::string_view keepText(std::string_view Text) {
  return {keepForever(Text), Text.size()};
}

std::string_view lastComponent(std::string_view Path) {
  Path.remove_prefix(Path.rfind('/') + 1);
  return Path;
}

/// What the name of a program lacks of that of its file: argv[0] is without it.
constexpr std::string_view Suffixes[] = {"", ".bc", ".ll", ".o"};

/// Whether \p Name is the last component of the program's file, but for a
/// suffix.
bool isNameOfProgram(std::string_view Name) {
  std::string_view Rest = lastComponent(Own.Program);
  if (!Rest.starts_with(Name))
    return false;
  Rest.remove_prefix(Name.size());
  return std::ranges::find(Suffixes, Rest) != std::end(Suffixes);
}

FileIdentity programFile() {
  return Own.Program.empty() ? FileIdentity() : identityOf(Own.Program.data());
}

/// A path that is put together on the stack.
class Path {
public:
  /// False where it is too long for any file.
  bool append(std::string_view Text) {
    if (Text.size() >= sizeof(Bytes) - Size)
      return false;
    *std::ranges::copy(Text, Bytes + Size).out = '\0';
    Size += Text.size();
    return true;
  }
  const char *get() const { return Bytes; }

private:
  char Bytes[PATH_MAX] = "";
  size_t Size = 0;
};

/// Whether the program's file is \p Name with a suffix, so that a linker would
/// have called the executable just that.
bool isWithoutSuffix(int Directory, std::string_view Name,
                     FileIdentity Program) {
  std::string_view Last = lastComponent(Name);
  // Few programs are looked for more closely.
  if (Program == FileIdentity() || Last.empty() ||
      (Last != lastComponent(Own.Name) && !isNameOfProgram(Last)))
    return false;
  for (std::string_view Suffix : Suffixes) {
    Path FullPath;
    if (!Suffix.empty() && FullPath.append(Name) && FullPath.append(Suffix) &&
        identityOf(Directory, FullPath.get(), 0) == Program)
      return true;
  }
  return false;
}

/// Takes decimal digits off \p Text.
bool consumeNumber(std::string_view &Text, pid_t Number) {
  pid_t Found = 0;
  size_t Length = 0;
  for (; Length != Text.size() && Text[Length] >= '0' && Text[Length] <= '9';
       ++Length)
    if (__builtin_mul_overflow(Found, 10, &Found) ||
        __builtin_add_overflow(Found, Text[Length] - '0', &Found))
      return false;
  Text.remove_prefix(Length);
  return Length != 0 && Found == Number;
}

/// An emulator that answers for these names leads to itself by others.
bool isOwnLinkByName(std::string_view Name) {
  if (Name == OwnLink || Name == "/proc/thread-self/exe")
    return true;
  constexpr std::string_view Proc = "/proc/";
  if (!Name.starts_with(Proc))
    return false;
  Name.remove_prefix(Proc.size());
  return consumeNumber(Name, ::getpid()) && Name == "/exe";
}

std::string_view linkTarget(int Directory, const char *Path, char *Buffer,
                            size_t Size) {
  ssize_t Length = ::readlinkat(Directory, Path, Buffer, Size);
  return {Buffer, Length > 0 ? static_cast<size_t>(Length) : 0};
}

} // namespace

void noteOwnFile(const wire::Run &Request, std::string_view ImagePath) {
  char Target[PATH_MAX];
  std::string_view Executor =
      linkTarget(AT_FDCWD, OwnLink, Target, sizeof(Target));
  Own.Executor = keepText(Executor);
  // An emulator tells the name of what it runs, and is itself what the system
  // would find; but a file that was removed has a name no more.
  if (!Executor.empty())
    Own.ExecutorFile = identityOf(Own.Executor.data());
  if (Own.ExecutorFile == FileIdentity())
    Own.ExecutorFile = identityOf(OwnLink);
  Own.Program = keepText(Request.ProgramFile);
  Own.Name = keepText(Request.Arguments[0]);
  // A descriptor of the controller's. Any other name is what the program is
  // called.
  if (ImagePath.starts_with("/proc/"))
    Own.ForDebuggers = keepForever(ImagePath);
  if (Request.StartAgain.empty())
    return;
  Own.File = keepForever(Request.StartAgain[0]);
  Own.Count = Request.StartAgain.size() - 1;
  Own.Arguments = static_cast<char **>(
      resizeListMemory(nullptr, 0, (Own.Count + 1) * sizeof(char *)));
  if (!Own.Arguments)
    std::abort();
  for (size_t I = 0; I != Own.Count; ++I)
    Own.Arguments[I] = keepForever(Request.StartAgain[I + 1]);
}

std::string_view ownFile() { return Own.Program; }

bool isNameOfOwnFile(const char *Path) {
  return Own.ForDebuggers && !Own.Program.empty() &&
         (Own.Program == Path || isOwnLinkByName(Path));
}

const char *fileForDebuggers() { return Own.ForDebuggers; }

bool isLinkToOwnFile(int Directory, const char *Path) {
  if (isOwnLinkByName(Path))
    return true;
  // That of another process may be ours as well: of a parent, or of a thread.
  char Target[PATH_MAX];
  return lastComponent(Path) == "exe" && !Own.Executor.empty() &&
         linkTarget(Directory, Path, Target, sizeof(Target)) == Own.Executor;
}

bool leadsToOwnFile(int Directory, const char *Path, int Flags) {
  // First what the kernel says of it: it may be no pointer.
  FileIdentity Found = identityOf(Directory, Path, Flags);
  bool IsMissing = Found == FileIdentity();
  if (IsMissing && errno != ENOENT && errno != ENOTDIR)
    return false;
  FileIdentity Program = programFile();
  if (!IsMissing && (Found == Own.ExecutorFile || Found == Program))
    return true;
  std::string_view Name = Path;
  if (isOwnLinkByName(Name) || isWithoutSuffix(Directory, Name, Program))
    return true;
  // A name that the user gave it, and that leads nowhere. A relative one of the
  // program's file may have been left behind with its folder.
  return IsMissing && Program != FileIdentity() && Name == Own.Name &&
         (Name.starts_with('/') || !isNameOfProgram(lastComponent(Name)));
}

bool leadsToOwnFileByPath(const char *Name) {
  if (!Name || std::strchr(Name, '/'))
    return leadsToOwnFile(AT_FDCWD, Name, 0);
  if (Name[0] == '\0' || (Name != Own.Name && !isNameOfProgram(Name)))
    return false;
  const char *Given = std::getenv("PATH");
  std::string_view Folders = Given ? Given : "/bin:/usr/bin";
  for (;;) {
    size_t End = std::min(Folders.find(':'), Folders.size());
    Path FullPath;
    // An empty one is the current folder.
    bool Fits = FullPath.append({Folders.data(), End}) &&
                (End == 0 || FullPath.append("/")) && FullPath.append(Name);
    if (Fits && leadsToOwnFile(AT_FDCWD, FullPath.get(), 0))
      return true;
    if (Fits && ::access(FullPath.get(), X_OK) == 0)
      return false;
    if (End == Folders.size())
      break;
    Folders.remove_prefix(End + 1);
  }
  return Own.File && Name == Own.Name;
}

const char *startAgainFile() { return Own.File; }
char *const *startAgainArguments() { return Own.Arguments; }
size_t startAgainCount() { return Own.Count; }

} // namespace remoterun::executor
