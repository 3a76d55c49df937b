//===- LazyModule.h - A module of which others take what they need -*- C++
//-*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Of a large module, little may ever be called. So what it defines is known by
// name, and nothing else is done with it, until something refers to a name: a
// lookup, or another module. Then a piece is compiled, which has the definition
// and all that it refers to, directly and by others, as far as earlier pieces
// do not have that. So a piece refers to itself and to earlier ones; each is
// linked as a module of its own. What was local to the module gets a name for
// all pieces.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_DRIVER_OPEN_LAZYMODULE_H
#define REMOTERUN_DRIVER_OPEN_LAZYMODULE_H

#include "driver/settings/RunSettings.h"
#include "jit/ir/InputFiles.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringMap.h"

#include <memory>
#include <string>
#include <vector>

namespace llvm {
class Module;
}

namespace remoterun::driver {

class LazyModule {
public:
  /// Reads \p Input, which \p Number tells from others of the session. Null for
  /// what has to be compiled at once: objects and archives, and IR that depends
  /// on what lies in one object with it.
  static Expected<std::unique_ptr<LazyModule>>
  read(const ProgramSettings &Settings, jit::InputFile &Input, uint32_t Number,
       std::vector<std::string> &Warnings);

  const std::string &name() const { return Name; }

  struct Symbol {
    std::string Name;
    bool IsWeak = false;
  };
  /// What it defines for others, and no piece has yet.
  std::vector<Symbol> left() const;

  struct Piece {
    std::vector<uint32_t> Definitions; ///< By number; empty for nothing.
    std::string Bitcode;
  };
  /// What has to be there from the start: constructors and destructors, and
  /// what is marked as used.
  Expected<Piece> first() const;
  /// What there has to be for one of left().
  Expected<Piece> pieceFor(llvm::StringRef Symbol) const;
  /// \p Taken is in the executor.
  void take(const Piece &Taken);
  /// Nothing of it is.
  void takeBack();

private:
  struct Definition {
    std::string Name;
    bool IsDefined = false; ///< Or else, declared.
    bool IsForOthers = false, IsWeak = false;
    bool IsCopied = false; ///< Each piece may have one.
    bool IsFirst = false;
    bool IsTaken = false;
    std::vector<uint32_t> Uses; ///< By number.
  };

  LazyModule(std::string Name, llvm::Module &M, const std::string &Suffix);
  Expected<Piece> pieceOf(std::vector<uint32_t> Wanted) const;

  std::string Name;
  llvm::SmallVector<char, 0> Bitcode;
  std::vector<Definition> Definitions; ///< Of all global values, in order.
  llvm::StringMap<uint32_t> Numbers;   ///< By name.
};

} // namespace remoterun::driver

#endif
