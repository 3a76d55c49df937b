//===- DebugLines.cpp - Addresses to lines of source ----------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/debug/DebugLines.h"
#include "jit/base/SymbolNames.h"
#include "jit/debug/FunctionTable.h"

#include "llvm/DebugInfo/DWARF/DWARFContext.h"

using namespace llvm;

namespace remoterun::jit {

using controller::CrashFrame;

namespace {

/// Makes LLVM apply the relocations of debug information as if the object was
/// linked to where it is: it looks functions up by address alone.
class PlacedSections : public LoadedObjectInfoHelper<PlacedSections> {
public:
  explicit PlacedSections(const DebugLines::SectionAddresses &Addresses)
      : Addresses(Addresses) {}
  uint64_t
  getSectionLoadAddress(const object::SectionRef &Section) const override {
    return Addresses(Section);
  }

private:
  const DebugLines::SectionAddresses &Addresses;
};

/// Where something is amiss, there is less to tell.
void ignore(Error E) { consumeError(std::move(E)); }

} // namespace

DebugLines::DebugLines(const object::ELFObjectFileBase &File,
                       const SectionAddresses &Addresses) {
  PlacedSections Placed(Addresses);
  Context = DWARFContext::create(
      File, DWARFContext::ProcessDebugRelocations::Process,
      Addresses ? &Placed : nullptr, /*DWPName=*/"", ignore, ignore);
}

DebugLines::~DebugLines() = default;

std::vector<CrashFrame> DebugLines::find(uint64_t Address,
                                         uint64_t Section) const {
  DILineInfoSpecifier Wanted(
      DILineInfoSpecifier::FileLineInfoKind::RelativeFilePath,
      DINameKind::LinkageName);
  DIInliningInfo Chain =
      Context->getInliningInfoForAddress({Address, Section}, Wanted);
  std::vector<CrashFrame> Frames;
  for (uint32_t I = 0; I != Chain.getNumberOfFrames(); ++I) {
    const DILineInfo &Info = Chain.getFrame(I);
    CrashFrame Frame;
    Frame.IsInlined = I + 1 != Chain.getNumberOfFrames();
    if (Info.FunctionName != DILineInfo::BadString)
      Frame.Function = demangledFunction(Info.FunctionName);
    if (Info.FileName != DILineInfo::BadString) {
      Frame.SourceFile = Info.FileName;
      Frame.Line = Info.Line;
      Frame.Column = Info.Column;
    }
    Frames.push_back(std::move(Frame));
  }
  // It tells of at least one, whatever it knows.
  if (Frames.size() == 1 && Frames.front().Function.empty() &&
      Frames.front().SourceFile.empty())
    Frames.clear();
  return Frames;
}

} // namespace remoterun::jit
