//===- sharing.cpp - A controller that writes while its program runs ------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   sharing --stub=FILE [--executor-timeout=SECONDS] [OPTION...] <image> [...]
//
// Stands in for remote-run, whose other options, and arguments, it ignores,
// with a program that is linked already: a shared object as
// test/protocol/Inputs/windows.c makes it. Its sections whose names start with
// window_ are to be in the shared file, one after the other. Those of late_ are
// copied there while it runs.
//
//===----------------------------------------------------------------------===//

#include "controller/launch/ExecutorProcess.h"
#include "controller/session/Session.h"

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <elf.h>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

using namespace remoterun;
using controller::ExecutorProcess;
using controller::Session;

namespace {

#if defined(__aarch64__)
constexpr unsigned Machine = EM_AARCH64,
                   IndirectRelocation = R_AARCH64_IRELATIVE;
#else
constexpr unsigned Machine = EM_X86_64, IndirectRelocation = R_X86_64_IRELATIVE;
#endif

constexpr char FileName[] = "late code";
constexpr uint64_t PageSize = 4096;
constexpr uint64_t SharedSize = 16 * PageSize;

/// As remote-run tells it.
int fail(const std::string &Why) {
  std::fprintf(stderr, "remote-run: error: %s\n", Why.c_str());
  return 125;
}

uint64_t pageOf(uint64_t Address) { return Address & ~(PageSize - 1); }
uint64_t roundedUp(uint64_t Address) { return pageOf(Address + PageSize - 1); }

/// An ELF file for x86-64, which is trusted.
class Image {
public:
  bool read(const char *Path) {
    std::ifstream File(Path, std::ios::binary);
    Bytes.assign(std::istreambuf_iterator<char>(File), {});
    return Bytes.size() > sizeof(Elf64_Ehdr) && header().e_machine == Machine;
  }

  uint64_t base() { return pageOf(loadable().front()->p_vaddr); }
  uint64_t entry() { return header().e_entry; }

  std::vector<Elf64_Phdr *> loadable() {
    auto *First = at<Elf64_Phdr>(header().e_phoff);
    std::vector<Elf64_Phdr *> Found;
    for (unsigned I = 0; I != header().e_phnum; ++I)
      if (First[I].p_type == PT_LOAD)
        Found.push_back(&First[I]);
    return Found;
  }

  const Elf64_Shdr *section(std::string_view Name) {
    for (const Elf64_Shdr &Each : sections())
      if (nameOf(Each) == Name)
        return &Each;
    return nullptr;
  }
  const uint8_t *contents(const Elf64_Shdr &Section) {
    return at<uint8_t>(Section.sh_offset);
  }

  /// By rising addresses, as the section table has them.
  std::vector<const Elf64_Shdr *> windows() {
    std::vector<const Elf64_Shdr *> Found;
    for (const Elf64_Shdr &Each : sections())
      if (nameOf(Each).starts_with("window_"))
        Found.push_back(&Each);
    return Found;
  }

  /// Has its only ifunc's resolver be \p Hook, and \p Result get what that
  /// returns.
  bool setHook(ExecutorAddr Hook, ExecutorAddr Result) {
    for (const Elf64_Shdr &Each : sections()) {
      if (Each.sh_type != SHT_RELA)
        continue;
      auto *First = at<Elf64_Rela>(Each.sh_offset);
      for (uint64_t I = 0; I != Each.sh_size / sizeof(Elf64_Rela); ++I)
        if (ELF64_R_TYPE(First[I].r_info) == IndirectRelocation) {
          First[I].r_offset = Result.value();
          First[I].r_addend = static_cast<int64_t>(Hook.value());
          return true;
        }
    }
    return false;
  }

  /// What is at an address is to stand in the file as far from its start.
  std::vector<wire::Reserve::Segment> placedSegments() {
    std::vector<wire::Reserve::Segment> Placed;
    for (Elf64_Phdr *Each : loadable()) {
      uint64_t Start = pageOf(Each->p_vaddr);
      Placed.push_back({{ExecutorAddr(Start),
                         roundedUp(Each->p_vaddr + Each->p_memsz) - Start},
                        protectionOf(*Each)});
      // Its bytes are sent from where they are in the file of the linker.
      Parts.push_back({ExecutorAddr(Each->p_vaddr),
                       {at<uint8_t>(Each->p_offset), Each->p_filesz}});
      Each->p_offset = Each->p_vaddr - base();
    }
    return Placed;
  }

  struct Part {
    ExecutorAddr Start;
    iovec Bytes;
  };
  const std::vector<Part> &parts() const { return Parts; }

private:
  template <typename T> T *at(uint64_t Offset) {
    return reinterpret_cast<T *>(Bytes.data() + Offset);
  }
  Elf64_Ehdr &header() { return *at<Elf64_Ehdr>(0); }
  std::span<const Elf64_Shdr> sections() {
    return {at<const Elf64_Shdr>(header().e_shoff), header().e_shnum};
  }
  std::string_view nameOf(const Elf64_Shdr &Section) {
    const Elf64_Shdr &Names = sections()[header().e_shstrndx];
    return at<const char>(Names.sh_offset + Section.sh_name);
  }
  static wire::Protection protectionOf(const Elf64_Phdr &Segment) {
    if (Segment.p_flags & PF_W)
      return wire::Protection::ReadWrite;
    return Segment.p_flags & PF_X ? wire::Protection::ReadExecute
                                  : wire::Protection::Read;
  }

  std::vector<char> Bytes;
  std::vector<Part> Parts;
};

/// The first words of window_control: who writes which.
struct Control {
  std::atomic<uint32_t> Said;     ///< The controller: so much is there.
  std::atomic<uint32_t> Answered; ///< The guest: so much has been seen.
};

class LateWriter {
public:
  LateWriter(Image &Program, std::span<uint8_t> Memory)
      : Program(Program), Memory(Memory) {
    for (const Elf64_Shdr *Window : Program.windows()) {
      Places.push_back({Window, Used});
      Used += Window->sh_size;
    }
  }

  List<wire::Reserve::Window> windows() const {
    List<wire::Reserve::Window> Found;
    for (const Place &Each : Places)
      Found.push({{ExecutorAddr(Each.Window->sh_addr), Each.Window->sh_size},
                  Each.Offset});
    return Found;
  }

  /// Two steps, each when the guest has seen the one before.
  void proceed() {
    auto *Words = reinterpret_cast<Control *>(find("window_control"));
    uint32_t Seen = Words->Answered;
    if (Seen != Words->Said + 1 || Seen > 2)
      return;
    const Elf64_Shdr *Late =
        Program.section(Seen == 1 ? "late_one" : "late_two");
    // At another place, as what has been run is not written again.
    std::memcpy(find("window_code") + 64 * Seen, Program.contents(*Late),
                Late->sh_size);
    find("window_constants")[Seen] = static_cast<uint8_t>('a' + Seen);
    Words->Said = Seen;
  }

private:
  struct Place {
    const Elf64_Shdr *Window;
    uint64_t Offset;
  };

  uint8_t *find(std::string_view Name) {
    const Elf64_Shdr *Wanted = Program.section(Name);
    for (const Place &Each : Places)
      if (Each.Window == Wanted)
        return Memory.data() + Each.Offset;
    std::abort();
  }

  Image &Program;
  std::span<uint8_t> Memory;
  std::vector<Place> Places;
  uint64_t Used = 0;
};

/// Once more where the executor says another place, if that is the same.
Expected<void> start(Image &Program, const LateWriter &Writer, Session &Link) {
  if (!Program.setHook(Link.facts().Relocated, Link.facts().RelocatedResult) ||
      Program.base() != Link.facts().Slab.Start.value())
    return Failure{Blame::Input, "the image does not fit the executor"};
  wire::Reserve Reservation;
  for (const wire::Reserve::Segment &Each : Program.placedSegments())
    Reservation.Segments.push(Each);
  Reservation.ImageName = "image";
  Reservation.Windows = Writer.windows();
  for (;;) {
    if (auto Sent = Link.reserve(Reservation); !Sent)
      return Sent;
    for (const Image::Part &Each : Program.parts())
      if (auto Sent = Link.write(Each.Start, {&Each.Bytes, 1}); !Sent)
        return Sent;
    wire::Finalize Finalization;
    Finalization.ImagePath = "image";
    if (auto Sent = Link.finalize(Finalization); !Sent)
      return Sent;
    wire::Run Request;
    Request.Entry = ExecutorAddr(Program.entry());
    Request.Arguments.push("image");
    auto Started = Link.run(std::move(Request));
    if (!Started)
      return Started.error();
    if (!*Started)
      return {};
    if (!(*Started)->TakesImages ||
        (*Started)->Slab.Start.value() != Program.base())
      return Failure{Blame::Input, (*Started)->Reason};
    std::puts("once more");
    std::fflush(stdout);
  }
}

int run(ExecutorProcess &Executor, const char *Path) {
  Session Link(Executor, nullptr);
  if (auto Greeted = Link.handshake(); !Greeted)
    return fail(Greeted.error().Message);
  auto Shared = Link.share(FileName, SharedSize, /*Functions=*/0);
  if (!Shared)
    return fail(Shared.error().Message);
  if (!Shared->WhyNot.empty()) {
    // The session goes on; that of an executor that has failed does not.
    auto Answered = Link.describeCpu();
    return fail(Answered ? Shared->WhyNot : Answered.error().Message);
  }
  Image Program;
  if (!Program.read(Path))
    return fail("the program is no image");
  LateWriter Writer(Program, Shared->Memory->bytes());
  if (auto Started = start(Program, Writer, Link); !Started)
    return fail(Started.error().Message);
  for (;;) {
    Writer.proceed();
    auto Ended = Executor.waitFor(/*Milliseconds=*/1);
    if (!Ended)
      continue;
    if (Ended->exited())
      return Ended->exitStatus();
    fail("the program " + Ended->describe());
    return 128 + Ended->signal();
  }
}

} // namespace

int main(int Count, char **Words) {
  controller::LaunchRequest Request;
  Request.WantsCrashReport = false;
  const char *Path = nullptr;
  for (int I = 1; I != Count; ++I) {
    std::string_view Word = Words[I];
    constexpr std::string_view Stub = "--stub=",
                               Patience = "--executor-timeout=";
    if (Word.starts_with(Stub))
      Request.ExecutorPath = Word.substr(Stub.size());
    else if (Word.starts_with(Patience))
      Request.PatienceMs =
          static_cast<int>(1000 * std::atof(Words[I] + Patience.size()));
    else if (Word == "-L")
      ++I;
    else if (!Word.starts_with("-") && !Path)
      Path = Words[I];
  }
  if (!Path)
    return fail("no image");
  Request.Arguments = {Path};
  auto Executor = ExecutorProcess::launch(Request);
  if (!Executor)
    return fail(Executor.error().Message);
  return run(*Executor, Path);
}
