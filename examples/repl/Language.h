//===- Language.h - A calculator's language ---------------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   line       = "def" name "(" names ")" "=" expression | expression
//   expression = "if" expression "then" expression "else" expression
//              | "sum" name "=" expression "to" expression "of" expression
//              | additive [("<" | ">" | "==") additive]
//   additive   = term {("+" | "-") term}
//   term       = factor {("*" | "/") factor}
//   factor     = "-" factor | number | name ["(" expressions ")"]
//              | "(" expression ")"
//
// All values are floating point numbers. Besides what was defined, there are
// some functions of C's (sqrt, pow, exit, ...), and peek(address).
//
//===----------------------------------------------------------------------===//

#ifndef REPL_LANGUAGE_H
#define REPL_LANGUAGE_H

#include <remote-run/Failure.h>

#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Module.h>
#include <map>
#include <memory>
#include <string>
#include <string_view>

/// How many parameters each function has that was defined before.
using KnownFunctions = std::map<std::string, size_t>;

/// A line as LLVM has it.
struct Line {
  std::unique_ptr<llvm::LLVMContext> Context; ///< Outlives the module.
  std::unique_ptr<llvm::Module> Module;
  std::string Function; ///< Which the module has.
  size_t Parameters = 0;
  bool IsDefinition = false; ///< And not an expression, to be called once.
};

/// An expression becomes a function with the name \p Name.
remoterun::Expected<Line> compileLine(std::string_view Text,
                                      const std::string &Name,
                                      const KnownFunctions &Known);

#endif
