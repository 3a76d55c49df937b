//===- DebugImage.cpp - The linked program, for debuggers -----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/debug/DebugImage.h"
#include "jit/debug/DebugImageBuilder.h"
#include "jit/object/ElfHeaders.h"

using namespace llvm;

namespace remoterun::jit {

namespace {

/// Which definition counts is found out again, and not remembered.
void addSymbols(DebugImageParts &Parts, std::string Name, StringRef Bytes) {
  auto Object = makeProgramObject(std::move(Name), startOfObject(Bytes),
                                  Triple(Parts.Map.isa().Triple));
  // What was linked has no errors; but it may not be there any more.
  if (!Object) {
    Parts.Symbols.skip();
    return;
  }
  static_cast<void>(Parts.Symbols.add(*Object));
}

SmallVector<char, 0> build(const DebugImageParts &Parts, ExecutorAddr Place) {
  return withElfTypeOf(Parts.Map.isa(), [&]<typename ELFT>() {
    return DebugImageBuilder<ELFT>(Parts, Place).build();
  });
}

} // namespace

SmallVector<char, 0> makeDebugImage(const ProgramRecord &Program,
                                    ExecutorAddr Place, bool HasLate) {
  DebugImageParts Parts(Program.map());
  Parts.HasLate = HasLate;
  for (const ProgramRecord::Object &Each : Program.objects()) {
    Parts.Objects.push_back(Each.Source.read());
    addSymbols(Parts, Each.Name, Parts.Objects.back().Bytes);
  }
  return build(Parts, Place);
}

SmallVector<char, 0>
makeLateDebugImage(ArrayRef<char> Object, const LinkedObject &Linked,
                   const Isa &Target, ExecutorAddr Place,
                   std::function<ExecutorAddr(StringRef)> Find) {
  std::vector<PlacedSection> Sections;
  for (const auto &[Index, Range] : Linked.Sections)
    Sections.push_back({Range, {0, Index}, SectionKind::ReadOnly});
  const wire::Reserve::Segment Code = {Linked.Code,
                                       wire::Protection::ReadExecute};
  const ProgramMap Map(Target, std::move(Sections), {&Code, 1}, {}, {});
  DebugImageParts Parts(Map);
  Parts.Outside = std::move(Find);
  const StringRef Bytes(Object.data(), Object.size());
  Parts.Objects.push_back({nullptr, Bytes});
  addSymbols(Parts, "late function", Bytes);
  return build(Parts, Place);
}

} // namespace remoterun::jit
