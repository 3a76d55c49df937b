//===- Symbol.h - A name of the program -------------------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_OBJECT_SYMBOL_H
#define REMOTERUN_JIT_OBJECT_SYMBOL_H

#include "llvm/ADT/StringRef.h"
#include "llvm/BinaryFormat/ELF.h"

#include <cstddef>
#include <cstdint>

namespace remoterun::jit {

/// What a symbol's value is (gABI, "Symbol Values").
enum class SymbolKind : uint8_t {
  Undefined, ///< It has none here.
  Defined,   ///< A place in a section of an object.
  Common,    ///< A place that is still to be found for it.
  Absolute,  ///< The value itself (SHN_ABS).
};

/// gABI, "Symbol Binding"; no local symbol is the program's.
enum class SymbolBinding : uint8_t { Weak, Global };

/// gABI, "Symbol Visibility", from what constrains least to what does most.
/// Internal is as good as hidden.
enum class SymbolVisibility : uint8_t { Default, Protected, Hidden };

SymbolVisibility visibilityOf(uint8_t Other);

/// What a name in a symbol table says: "f", "f@V" or "f@@V" (GNU as,
/// ".symver").
struct VersionedName {
  llvm::StringRef Name;
  llvm::StringRef Version;       ///< Empty for none.
  bool IsDefaultVersion = false; ///< Which "f" means, too.

  static VersionedName of(llvm::StringRef Text);
};

/// What one input, or an option, defines a symbol as.
struct SymbolDefinition {
  SymbolKind Kind = SymbolKind::Undefined;
  SymbolBinding Binding = SymbolBinding::Weak;
  /// That it is defined with; empty for none. Of "f@@V", "f" and "f@V" have it.
  llvm::StringRef Version;
  bool IsDefaultVersion = false; ///< It is what the name alone means.
  size_t Object = 0;             ///< Its number, in the order of the link.
  uint64_t Section = 0;          ///< Section index, if it is Defined.
  uint64_t Value = 0;            ///< Offset there, or all of it.
  uint64_t Size = 0;
  uint64_t CommonAlignment = 0; ///< The strictest of all; 0 if not common.
  uint8_t Type = 0;             ///< STT_...
  uint8_t Other = 0;            ///< st_other.
  /// Libraries shall use it, too, where they refer to its name, as a linker
  /// gives an executable a dynamic symbol for such a name: a function or a
  /// variable that no object hides. (Protected means that what the program
  /// itself uses is its own, which is so for all that an executable defines.)
  /// Not an inline variable: a library that was loaded before has initialised
  /// its own by now.
  bool IsExported = false;
  /// A weak one of C++'s, inline or of a template, or static in such a
  /// function. Libraries that are loaded with the program, or later, use it.
  bool IsInlineVariable = false;
  /// Whether others can find it at all, once all inputs are there.
  enum class Export : uint8_t {
    Never,      ///< Somebody hides it.
    IfReferred, ///< By a library that is linked against.
    Always      ///< By plug-ins and dlsym(3) as well.
  };
  Export Exports = Export::IfReferred;
  bool IsAssigned = false; ///< By --defsym.
  llvm::StringRef Common;  ///< Of such a one, the common symbol that it is in.

  bool isDefined() const { return Kind != SymbolKind::Undefined; }
  bool isCommon() const { return Kind == SymbolKind::Common; }
  bool isAbsolute() const { return Kind == SymbolKind::Absolute; }
  bool isWeak() const { return Binding == SymbolBinding::Weak; }
  bool isIfunc() const { return Type == llvm::ELF::STT_GNU_IFUNC; }
  bool isFunction() const { return Type == llvm::ELF::STT_FUNC || isIfunc(); }
  bool isVariable() const {
    return Type == llvm::ELF::STT_OBJECT || isCommon();
  }
  /// Its value is an offset in a segment of TLS.
  bool isThreadLocal() const { return Type == llvm::ELF::STT_TLS; }

  /// Whether it counts where \p Other defines the same name: of the definitions
  /// of one name the strongest does, of equal ones the first, of common ones
  /// the largest.
  bool overrides(const SymbolDefinition &Other) const;
  /// Whether \p Other must not be there, too.
  bool excludes(const SymbolDefinition &Other) const;
};

/// One name, and what all inputs together say of it.
struct Symbol : SymbolDefinition {
  /// Of all that mention it, the one that constrains most.
  SymbolVisibility Visibility = SymbolVisibility::Default;
  bool IsReferenced = false;
  bool IsWeakReference = true; ///< Every reference is weak.
  bool WillBeAssigned = false; ///< By --defsym, and defined by nobody else.
  bool WasDefined = false;     ///< Once, at least.

  bool isHidden() const { return Visibility == SymbolVisibility::Hidden; }
  /// What the program means by it is no other component's.
  bool isOwn() const { return Visibility != SymbolVisibility::Default; }
  /// Some reference that is not weak has no definition.
  bool isWanted() const {
    return !isDefined() && IsReferenced && !IsWeakReference;
  }

  void define(const SymbolDefinition &New) {
    static_cast<SymbolDefinition &>(*this) = New;
    WasDefined = true;
  }
  void undefine() { static_cast<SymbolDefinition &>(*this) = {}; }
  void refer(bool IsWeak) {
    IsReferenced = true;
    IsWeakReference &= IsWeak;
  }
  void constrain(SymbolVisibility To) {
    if (To > Visibility)
      Visibility = To;
  }
};

} // namespace remoterun::jit

#endif
