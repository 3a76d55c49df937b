//===- YamlObject.h - Small objects for tests -------------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_TEST_UNIT_YAMLOBJECT_H
#define REMOTERUN_TEST_UNIT_YAMLOBJECT_H

#include "jit/object/ProgramObject.h"

#include "llvm/ObjectYAML/yaml2obj.h"
#include "llvm/Support/YAMLTraits.h"
#include "llvm/Support/raw_ostream.h"

#include <gtest/gtest.h>

namespace remoterun::jit {

/// The object that \p Body, in the language of yaml2obj(1), is; its header
/// excepted, which is \p Machine's.
inline ProgramObject objectOf(std::string Name, llvm::StringRef Body,
                              llvm::StringRef Machine = "EM_X86_64") {
  std::string Text = ("--- !ELF\n"
                      "FileHeader:\n"
                      "  Class: ELFCLASS64\n"
                      "  Data: ELFDATA2LSB\n"
                      "  Type: ET_REL\n"
                      "  Machine: " +
                      Machine + "\n" + Body)
                         .str();
  ProgramObject Made;
  Made.Name = std::move(Name);
  llvm::yaml::Input In(Text);
  llvm::raw_svector_ostream Out(Made.Bytes);
  EXPECT_TRUE(llvm::yaml::convertYAML(
      In, Out, [](const llvm::Twine &Why) { ADD_FAILURE() << Why.str(); }));
  return Made;
}

} // namespace remoterun::jit

#endif
