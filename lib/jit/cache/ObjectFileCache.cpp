//===- ObjectFileCache.cpp - lli's cache manager --------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/cache/ObjectFileCache.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace remoterun::jit {

std::string objectFileOf(const std::string &InputFile,
                         const std::string &Directory) {
  // Below the directory, whatever the input file's name says.
  SmallString<256> Input(InputFile);
  if (is_contained(make_range(sys::path::begin(Input), sys::path::end(Input)),
                   "..")) {
    sys::fs::make_absolute(Input);
    sys::path::remove_dots(Input, /*remove_dot_dot=*/true);
  }
  SmallString<256> Path(Directory);
  sys::path::append(Path, Input);
  sys::path::replace_extension(Path, ".o");
  return std::string(Path);
}

} // namespace remoterun::jit
