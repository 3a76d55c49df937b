//===- LoadedLibrary.cpp - Libraries that are there already ---------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/loader/LoadedLibrary.h"
#include "executor/base/Libc.h"

#include <cstring>
#include <dlfcn.h>
#include <link.h>

namespace remoterun::executor {

static bool isLoaded(const char *FileName) {
  auto Matches = [](dl_phdr_info *Library, size_t, void *Context) {
    const char *Slash = std::strrchr(Library->dlpi_name, '/');
    const char *Name = Slash ? Slash + 1 : Library->dlpi_name;
    return std::strcmp(Name, static_cast<const char *>(Context)) == 0 ? 1 : 0;
  };
  return ::dl_iterate_phdr(Matches, const_cast<char *>(FileName)) != 0;
}

void *findInLoadedLibrary(const char *FileName, const char *Symbol) {
  if (!isLoaded(FileName))
    return nullptr;
  void *Handle = libc.dlopen(FileName, RTLD_LAZY | RTLD_NOLOAD);
  return Handle ? libc.dlsym(Handle, Symbol) : nullptr;
}

} // namespace remoterun::executor
