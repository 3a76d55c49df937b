//===- KeyedFile.cpp - A file that is used only if it fits ----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/KeyedFile.h"
#include "controller/FileSizeSignalBlock.h"
#include "controller/TemporaryFiles.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/Alignment.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

#include <atomic>
#include <elf.h>
#include <link.h>
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
constexpr size_t TrailerSize = 8 + 2 * sizeof(CacheKey);

StringRef asText(const CacheKey &Key) {
  return {reinterpret_cast<const char *>(Key.data()), Key.size()};
}

std::string makeTrailer(StringRef Bytes, const CacheKey &Key) {
  CacheKey Checksum = BLAKE3::hash(arrayRefFromStringRef(Bytes));
  return (Marker + asText(Key) + asText(Checksum)).str();
}

} // namespace

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

std::optional<ObjectBytes> readKeyedFile(const std::string &Path,
                                         const CacheKey &Key) {
  auto Buffer = MemoryBuffer::getFile(Path, /*IsText=*/false,
                                      /*RequiresNullTerminator=*/false);
  if (!Buffer)
    return std::nullopt;
  StringRef Contents = (*Buffer)->getBuffer();
  if (Contents.size() < TrailerSize)
    return std::nullopt;
  StringRef Bytes = Contents.drop_back(TrailerSize);
  StringRef Trailer = Contents.take_back(TrailerSize);
  // The key first: it costs nothing.
  if (!Trailer.starts_with((Marker + asText(Key)).str()) ||
      Trailer != makeTrailer(Bytes, Key))
    return std::nullopt;
  return ObjectBytes(Bytes.begin(), Bytes.end());
}

namespace {

/// LLVM's own temporary files would install its signal handlers, which are not
/// for a process that passes signals on.
std::error_code writeNewFile(const Twine &Path, StringRef Bytes,
                             const CacheKey &Key) {
  int Number;
  if (std::error_code E = sys::fs::openFileForWrite(
          Path, Number, sys::fs::CD_CreateNew, sys::fs::OF_None,
          sys::fs::owner_read | sys::fs::owner_write))
    return E;
  controller::FileSizeSignalBlock Block;
  raw_fd_ostream Out(Number, /*shouldClose=*/true);
  Out << Bytes << makeTrailer(Bytes, Key);
  Out.close();
  std::error_code E = Out.error();
  // Or the stream ends the process: the disk may be full.
  Out.clear_error();
  return E;
}

} // namespace

Expected<void> writeKeyedFile(const std::string &Path, StringRef Bytes,
                              const CacheKey &Key) {
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
    E = writeNewFile(Temporary, Bytes, Key);
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
