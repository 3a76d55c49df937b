//===- CurrentException.cpp - The C++ exception behind an abort -----------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The executor does not link libstdc++, so everything is found by name, and
// virtual functions by their place in the table (Itanium C++ ABI, section 2.5;
// libstdc++'s <typeinfo> and <exception>).
//
//===----------------------------------------------------------------------===//

#include "executor/crash/CurrentException.h"
#include "executor/loader/LoadedLibrary.h"
#include "executor/loader/LoadedObject.h"
#include "executor/machine/Machine.h"

namespace remoterun::executor {

namespace {

constexpr char StdCxx[] = "libstdc++.so.6";

/// std::type_info as it lies in memory.
struct TypeInfo {
  const uintptr_t *VirtualTable;
  const char *Name;
};

/// std::exception_ptr: returned in memory, because it has a destructor. It
/// keeps the exception, which shall outlive us anyway.
struct ExceptionPointer {
  void *Object = nullptr;
  ~ExceptionPointer() {}
};

struct Runtime {
  TypeInfo *(*CurrentType)() = nullptr; // __cxa_current_exception_type
  ExceptionPointer (*CurrentPointer)() = nullptr; // std::current_exception
  TypeInfo *ExceptionType = nullptr;              // typeid(std::exception)
  uintptr_t Terminate = 0;
  uintptr_t Start = 0, End = 0; ///< Of the library.
  size_t ThreadLocals = 0; ///< The library's number among those that have some.
  bool IsStatic = false;   ///< Each thread has them from its start.
} Found;

/// Places in virtual tables.
constexpr unsigned DoCatch = 4, What = 2;

template <typename T> void find(T &Target, const char *Name) {
  Target = reinterpret_cast<T>(findInLoadedLibrary(StdCxx, Name));
}

/// Whether libstdc++'s thread-local variables are beside the thread's own data,
/// where there is no malloc to be asked.
bool hasStaticVariables() {
  // No heap is so near.
  constexpr uintptr_t LargestStaticBlocks = 1 << 16;
  void *(*Globals)() = nullptr;
  find(Globals, "__cxa_get_globals");
  if (VectorHasStaticBlocks || !Globals)
    return false;
  auto Place = reinterpret_cast<uintptr_t>(Globals());
  return Place - threadPointer() + LargestStaticBlocks <
         2 * LargestStaticBlocks;
}

} // namespace

void findExceptionRuntime() {
  find(Found.CurrentType, "__cxa_current_exception_type");
  if (!Found.CurrentType)
    return;
  find(Found.CurrentPointer, "_ZSt17current_exceptionv");
  find(Found.ExceptionType, "_ZTISt9exception");
  find(Found.Terminate, "_ZSt9terminatev");
  LoadedObject Library =
      describeLoadedObject(reinterpret_cast<uintptr_t>(Found.CurrentType));
  Found.Start = reinterpret_cast<uintptr_t>(Library.Start);
  Found.End = reinterpret_cast<uintptr_t>(Library.End);
  Found.ThreadLocals = Library.ThreadLocals;
}

void findExceptionVariables() {
  if (Found.CurrentType)
    Found.IsStatic = hasStaticVariables();
}

bool isInTerminate(uint64_t Pc) {
  // More than the function has, and less than what lies between it and others
  // that a terminating program could be in.
  constexpr uint64_t TerminateSize = 64;
  return Found.Terminate && Pc - Found.Terminate < TerminateSize;
}

bool isOfExceptionRuntime(uint64_t Pc) {
  return Found.Start <= Pc && Pc < Found.End;
}

CurrentException currentException() {
  CurrentException Current;
  // Where a thread has never had an exception, libstdc++ would ask malloc for
  // its variables: and malloc may be what has just failed.
  bool MayAsk = Found.CurrentType &&
                (Found.IsStatic || hasThreadLocalBlock(Found.ThreadLocals));
  const TypeInfo *Type = MayAsk ? Found.CurrentType() : nullptr;
  if (!Type)
    return Current;
  Current.TypeName = Type->Name;
  if (!Found.CurrentPointer || !Found.ExceptionType)
    return Current;
  // What a handler for std::exception would do.
  using Catch = bool (*)(const TypeInfo *, const TypeInfo *, void **, unsigned);
  auto CanCatch =
      reinterpret_cast<Catch>(Found.ExceptionType->VirtualTable[DoCatch]);
  void *Object = Found.CurrentPointer().Object;
  if (Object && CanCatch(Found.ExceptionType, Type, &Object, 1))
    Current.Object = Object;
  return Current;
}

uint64_t CurrentException::whatFunction() const {
  return (*static_cast<const uintptr_t *const *>(Object))[What];
}

const char *CurrentException::what() const {
  return reinterpret_cast<const char *(*)(void *)>(
      static_cast<uintptr_t>(whatFunction()))(Object);
}

} // namespace remoterun::executor
