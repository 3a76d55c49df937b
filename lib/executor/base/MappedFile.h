//===- MappedFile.h - A file, mapped whole to be read -----------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_BASE_MAPPEDFILE_H
#define REMOTERUN_EXECUTOR_BASE_MAPPEDFILE_H

#include <cstdint>
#include <optional>
#include <span>

namespace remoterun::executor {

/// The same for all names of a file, as long as it exists.
struct FileIdentity {
  uint64_t Device = 0;
  uint64_t Inode = 0;

  bool operator==(const FileIdentity &) const = default;
};

/// That of the file at \p Path; all zero where there is none, and then errno
/// says why. Async-signal-safe.
FileIdentity identityOf(const char *Path);
/// The same for a path as statx(2) takes it, with its flags.
FileIdentity identityOf(int Directory, const char *Path, int Flags);

/// Mapped until it is unmapped, whatever becomes of the object. A file that
/// somebody truncates meanwhile ends the process, as it does where the dynamic
/// linker has mapped it.
struct MappedFile {
  std::span<const uint8_t> Bytes; ///< Empty where it is no file with contents.
  FileIdentity Identity;

  /// Nothing where the file is missing or cannot be opened.
  static std::optional<MappedFile> open(const char *Path);
  void unmap() const;
};

} // namespace remoterun::executor

#endif
