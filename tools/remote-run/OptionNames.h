//===- OptionNames.h - Is an argument an option at all? ---------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// llvm::cl takes any word that begins with "l" for "-l" and a library's name,
// and suggests the nearest of all names that it knows, LLVM's own among them.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_TOOLS_OPTIONNAMES_H
#define REMOTERUN_TOOLS_OPTIONNAMES_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <string>
#include <vector>

namespace remoterun::options {

/// Whether llvm::cl may parse \p Argument, which begins with a dash: its name
/// is known, or it is -lNAME, -LDIR, -jN or -OLEVEL, with the value joined, and
/// can be meant as such.
bool isKnown(llvm::StringRef Argument);

/// Our names, and those of LLVM's shared code generation flags, that \p Word
/// (of an option without dashes and value) is the beginning of, or else those
/// that are the fewest letters away; none where all are far. At most three.
std::vector<llvm::StringRef> nearestNames(llvm::StringRef Word);

/// What is wrong with \p Argument, for which isKnown() is false.
std::string describeUnknown(llvm::StringRef Argument);

} // namespace remoterun::options

#endif
