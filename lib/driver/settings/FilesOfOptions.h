//===- FilesOfOptions.h - What options have LLVM read -----------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Some of LLVM's options name a file (--basic-block-sections=FILE, profiles,
// vocabularies), and nothing says which: their values are texts. So every file
// that a value could be the name of counts as one that is read.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_DRIVER_SETTINGS_FILESOFOPTIONS_H
#define REMOTERUN_DRIVER_SETTINGS_FILESOFOPTIONS_H

#include <string>
#include <vector>

namespace remoterun::driver {

class FilesOfOptions {
public:
  FilesOfOptions() = default;
  /// Of the options \p Arguments of code generation, as they were given. Reads
  /// the files, but none that can be read once only.
  explicit FilesOfOptions(const std::vector<std::string> &Arguments);

  bool empty() const { return Files.empty(); }
  /// What a program that is compiled with the options depends on.
  std::vector<std::string> hashes() const;
  /// Whether the files are still those that were hashed: LLVM reads them later.
  bool areAsTheyWere() const;
  /// One of which there is no hash, since it is no regular file; empty for
  /// none.
  const std::string &withoutHash() const { return WithoutHash; }

private:
  struct File {
    std::string Name;
    std::string Hash; ///< Empty if it could not be read.
  };

  void add(const std::string &Name);

  std::vector<File> Files;
  std::string WithoutHash;
};

} // namespace remoterun::driver

#endif
