//===- KeyedFile.cpp - A file that is used only if it fits ----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/cache/KeyedFile.h"
#include "controller/base/FileSizeSignalBlock.h"
#include "controller/process/TemporaryFiles.h"
#include "jit/cache/Checksum.h"
#include "jit/cache/Ownership.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/Alignment.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace llvm;

namespace remoterun::jit {

namespace {

/// The identity of this program, which the linker writes into a note (ELF gABI,
/// "Note Section"; GNU's NT_GNU_BUILD_ID): whatever changes in how things are
/// compiled or kept, entries of another build are none.
StringRef buildId() {
  StringRef Found;
  auto Visit = [](dl_phdr_info *Info, size_t, void *Into) {
    for (int I = 0; I != Info->dlpi_phnum; ++I) {
      const ElfW(Phdr) &Header = Info->dlpi_phdr[I];
      if (Header.p_type != PT_NOTE)
        continue;
      auto *Next =
          reinterpret_cast<const char *>(Info->dlpi_addr + Header.p_vaddr);
      const char *End = Next + Header.p_memsz;
      while (Next + sizeof(ElfW(Nhdr)) <= End) {
        auto *Note = reinterpret_cast<const ElfW(Nhdr) *>(Next);
        const char *Description =
            Next + sizeof(*Note) + alignTo(Note->n_namesz, Align(4));
        if (Note->n_type == NT_GNU_BUILD_ID)
          *static_cast<StringRef *>(Into) = {Description, Note->n_descsz};
        Next = Description + alignTo(Note->n_descsz, Align(4));
      }
    }
    return 1; // The first is the program itself.
  };
  dl_iterate_phdr(Visit, &Found);
  return Found;
}

constexpr StringLiteral Marker = "RRUN-KEY";

/// What stands behind the bytes.
struct Trailer {
  char Mark[Marker.size()];
  CacheKey Key;
  uint64_t StartSize;
  Checksum StartSum, RestSum;
  Checksum OwnSum; ///< Of all that stands before this in the trailer.

  Checksum sum() const {
    return checksumOf(StringRef(reinterpret_cast<const char *>(this),
                                offsetof(Trailer, OwnSum)));
  }
};
static_assert(sizeof(Trailer) == 8 + 32 + 8 + 3 * 8, "it has no padding");

Trailer makeTrailer(StringRef Bytes, size_t StartSize, const CacheKey &Key) {
  Trailer Made = {};
  llvm::copy(Marker, Made.Mark);
  Made.Key = Key;
  Made.StartSize = StartSize;
  Made.StartSum = checksumOf(Bytes.take_front(StartSize));
  Made.RestSum = checksumOf(Bytes.drop_front(StartSize));
  Made.OwnSum = Made.sum();
  return Made;
}

} // namespace

/// A file that fits, as far as its trailer tells.
class KeyedReader {
public:
  /// Adds to \p Distrust why a file is not looked at.
  KeyedReader(const std::string &Path, const CacheKey &Key,
              std::string &Distrust);
  ~KeyedReader() {
    if (File >= 0)
      ::close(File);
  }
  KeyedReader(const KeyedReader &) = delete;
  KeyedReader &operator=(const KeyedReader &) = delete;

  bool fits() const { return Fits; }
  bool holds(uint64_t Offset, uint64_t Count) const {
    return Offset <= Size && Count <= Size - Offset;
  }
  bool hasRest() const { return End.StartSize != Size; }
  /// Puts all bytes or the start into \p Bytes; whether they are as they were.
  bool read(bool All, ObjectBytes &Bytes) const;
  /// The same with what is behind the start.
  bool readRest(ObjectBytes &Bytes) const;
  /// Whether they were all there.
  bool readAt(uint64_t Offset, void *Into, size_t Count) const;

private:
  int File;
  uint64_t Size = 0; ///< Of the bytes.
  Trailer End = {};
  bool Fits = false;
};

// Whatever has the name: a link leads to what was not written here, and a pipe
// or a device would have us wait.
KeyedReader::KeyedReader(const std::string &Path, const CacheKey &Key,
                         std::string &Distrust)
    : File(::open(Path.c_str(),
                  O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY)) {
  struct stat Status;
  if (File < 0 || ::fstat(File, &Status) != 0 || !S_ISREG(Status.st_mode))
    return;
  Distrust = whyForeign(Path, Status);
  if (!Distrust.empty() || Status.st_size < static_cast<off_t>(sizeof(Trailer)))
    return;
  Size = static_cast<uint64_t>(Status.st_size) - sizeof(Trailer);
  Fits = readAt(Size, &End, sizeof(End)) &&
         StringRef(End.Mark, sizeof(End.Mark)) == Marker && End.Key == Key &&
         End.OwnSum == End.sum() && End.StartSize <= Size;
}

bool KeyedReader::readAt(uint64_t Offset, void *Into, size_t Count) const {
  auto *Next = static_cast<char *>(Into);
  while (Count != 0) {
    ssize_t Got = ::pread(File, Next, Count, static_cast<off_t>(Offset));
    if (Got < 0 && errno == EINTR)
      continue;
    if (Got <= 0)
      return false;
    Next += Got;
    Offset += static_cast<uint64_t>(Got);
    Count -= static_cast<size_t>(Got);
  }
  return true;
}

bool KeyedReader::read(bool All, ObjectBytes &Bytes) const {
  Bytes.resize_for_overwrite(All ? Size : End.StartSize);
  if (!readAt(0, Bytes.data(), Bytes.size()))
    return false;
  StringRef Read(Bytes.data(), Bytes.size());
  return checksumOf(Read.take_front(End.StartSize)) == End.StartSum &&
         (!All || checksumOf(Read.drop_front(End.StartSize)) == End.RestSum);
}

bool KeyedReader::readRest(ObjectBytes &Bytes) const {
  Bytes.resize_for_overwrite(Size - End.StartSize);
  return readAt(End.StartSize, Bytes.data(), Bytes.size()) &&
         checksumOf(Bytes) == End.RestSum;
}

std::optional<OpenKeyedFile> OpenKeyedFile::open(const std::string &Path,
                                                 const CacheKey &Key,
                                                 std::string &Distrust) {
  OpenKeyedFile Opened;
  auto File = std::make_shared<KeyedReader>(Path, Key, Distrust);
  if (!File->fits())
    return std::nullopt;
  Opened.File = std::move(File);
  return Opened;
}

bool OpenKeyedFile::hasRest() const { return File->hasRest(); }

std::optional<ObjectBytes> OpenKeyedFile::readStart() const {
  ObjectBytes Bytes;
  return File->read(/*All=*/false, Bytes) ? std::optional(std::move(Bytes))
                                          : std::nullopt;
}

std::optional<ObjectBytes> OpenKeyedFile::readRest() const {
  ObjectBytes Bytes;
  return File->readRest(Bytes) ? std::optional(std::move(Bytes)) : std::nullopt;
}

std::optional<ObjectBytes> OpenKeyedFile::read(uint64_t Offset,
                                               size_t Size) const {
  ObjectBytes Bytes;
  if (!File->holds(Offset, Size))
    return std::nullopt;
  Bytes.resize_for_overwrite(Size);
  if (!File->readAt(Offset, Bytes.data(), Size))
    return std::nullopt;
  return Bytes;
}

bool OpenKeyedFile::read(uint64_t Offset, MutableArrayRef<uint8_t> Into) const {
  return File->holds(Offset, Into.size()) &&
         File->readAt(Offset, Into.data(), Into.size());
}

std::optional<ObjectBytes> OpenKeyedFile::readAll() const {
  auto Start = readStart();
  auto Rest = Start ? readRest() : std::nullopt;
  if (!Rest)
    return std::nullopt;
  Start->append(Rest->begin(), Rest->end());
  return Start;
}

CacheKey makeCacheKey(const std::vector<std::string> &Parts, StringRef Last) {
  BLAKE3 Hash;
  auto Add = [&](StringRef Part) {
    Hash.update(std::to_string(Part.size()) + ":");
    Hash.update(Part);
  };
  Add("remote-run, LLVM " LLVM_VERSION_STRING);
  Add(buildId());
  for (const std::string &Part : Parts)
    Add(Part);
  Add(Last);
  return Hash.final();
}

std::optional<KeyedStart> readKeyedStart(const std::string &Path,
                                         const CacheKey &Key,
                                         std::string &Distrust) {
  auto File = OpenKeyedFile::open(Path, Key, Distrust);
  auto Bytes = File ? File->readStart() : std::nullopt;
  if (!Bytes)
    return std::nullopt;
  return KeyedStart{std::move(*Bytes), std::move(*File)};
}

std::optional<ObjectBytes> readKeyedFile(const std::string &Path,
                                         const CacheKey &Key) {
  std::string Distrust; // It was trusted, and now it is another.
  KeyedReader File(Path, Key, Distrust);
  ObjectBytes Bytes;
  if (!File.fits() || !File.read(/*All=*/true, Bytes))
    return std::nullopt;
  return Bytes;
}

namespace {

/// LLVM's own temporary files would install its signal handlers, which are not
/// for a process that passes signals on.
std::error_code writeNewFile(const Twine &Path, StringRef Bytes,
                             const Trailer &End) {
  int Number;
  if (std::error_code E = sys::fs::openFileForWrite(
          Path, Number, sys::fs::CD_CreateNew, sys::fs::OF_None,
          sys::fs::owner_read | sys::fs::owner_write))
    return E;
  controller::FileSizeSignalBlock Block;
  raw_fd_ostream Out(Number, /*shouldClose=*/true);
  Out << Bytes;
  Out.write(reinterpret_cast<const char *>(&End), sizeof(End));
  Out.close();
  std::error_code E = Out.error();
  // Or the stream ends the process: the disk may be full.
  Out.clear_error();
  return E;
}

} // namespace

ObjectSource sourceInCache(std::string Path, const CacheKey &Key) {
  return ObjectSource::readBy(
      [Path = std::move(Path), Key] { return readKeyedFile(Path, Key); });
}

Expected<void> writeKeyedFile(const std::string &Path, StringRef Bytes,
                              size_t StartSize, const CacheKey &Key) {
  StringRef Folder = sys::path::parent_path(Path);
  std::error_code E;
  if (!Folder.empty())
    E = sys::fs::create_directories(Folder);
  static std::atomic<unsigned> Count = 0;
  std::string Temporary = Path + "." + std::to_string(::getpid()) + "." +
                          std::to_string(++Count) + ".tmp";
  controller::TemporaryFile Registered(Temporary);
  if (!E) {
    // Left by a process that had this number before.
    sys::fs::remove(Temporary);
    E = writeNewFile(Temporary, Bytes, makeTrailer(Bytes, StartSize, Key));
    if (!E) {
      E = sys::fs::rename(Temporary, Path);
      // Another process has tidied up in between: nothing to complain of.
      if (E == std::errc::no_such_file_or_directory)
        return {};
    }
    if (E)
      sys::fs::remove(Temporary);
  }
  if (E)
    return Failure{Blame::Internal,
                   "cannot keep '" + Path + "': " + E.message()};
  return {};
}

} // namespace remoterun::jit
