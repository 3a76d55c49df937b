//===- Expression.h - C's expressions, some of them -------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Numbers, names, calls, parentheses, a[i], unary * & -, binary * / % + - < >
// == and =. The names are those of the observed program, declared before:
//
//   int rounds            double prices[]          double worth(int)
//   char *names[]         long *scarce
//
//===----------------------------------------------------------------------===//

#ifndef EXPRESSION_EXPRESSION_H
#define EXPRESSION_EXPRESSION_H

#include <remote-run/Failure.h>

#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Module.h>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct CType {
  enum Kind { Char, Int, Long, Double } Base = Long;
  unsigned Stars = 0;

  bool isDouble() const { return Base == Double && Stars == 0; }
  bool isText() const { return Base == Char && Stars == 1; }
  CType pointee() const { return {Base, Stars - 1}; }
};

struct Declaration {
  CType Type; ///< Of an array's elements, or a function's result.
  bool IsArray = false;
  bool IsFunction = false;
  std::vector<CType> Parameters;
};
using Declarations = std::map<std::string, Declaration>;

/// A function without parameters that evaluates it. Its result is a long, a
/// double, or a pointer.
struct Evaluation {
  std::unique_ptr<llvm::LLVMContext> Context; ///< Outlives the module.
  std::unique_ptr<llvm::Module> Module;
  CType Type;
};

/// Adds a line that is a declaration to \p Known: whether it is one.
bool takeDeclaration(std::string_view Text, Declarations &Known);

remoterun::Expected<Evaluation> compile(std::string_view Text,
                                        const Declarations &Known);

#endif
