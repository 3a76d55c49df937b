//===- StubUpload.cpp - Sending the executor's binary ahead ---------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/launch/StubUpload.h"
#include "controller/base/Deadline.h"
#include "controller/base/Printable.h"
#include "transport/SigpipeGuard.h"
#include "wire/ExecutorStart.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <elf.h>
#include <fcntl.h>
#include <poll.h>
#include <string_view>
#include <unistd.h>

namespace remoterun::controller {

namespace {

constexpr char Answer[] = "remote-run: ";

struct Machine {
  int Number;        ///< e_machine of an ELF file.
  const char *Names; ///< As uname(1) -m has them, each between blanks.
};
constexpr Machine Machines[] = {
    {EM_X86_64, " x86_64 "}, {EM_AARCH64, " aarch64 arm64 "},
    {EM_RISCV, " riscv64 "}, {EM_ARM, " armv7l armv8l aarch64 "},
    {EM_PPC64, " ppc64le "}, {EM_S390, " s390x "},
};

/// The names of the machines that run the ELF file; empty for none known.
std::string machinesOf(std::string_view File) {
  Elf64_Half Number;
  if (File.size() < offsetof(Elf64_Ehdr, e_entry) ||
      std::memcmp(File.data(), ELFMAG, SELFMAG) != 0)
    return {};
  std::memcpy(&Number, File.data() + offsetof(Elf64_Ehdr, e_machine),
              sizeof(Number));
  if ((File[EI_DATA] == ELFDATA2MSB) !=
      (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__))
    Number = __builtin_bswap16(Number);
  for (const Machine &Known : Machines)
    if (Known.Number == Number)
      return Known.Names;
  return {};
}

Deadline patienceFromNow(int PatienceMs) {
  return Deadline(Deadline::Clock::now(),
                  std::chrono::milliseconds(PatienceMs));
}

/// 1 when it is ready, 0 when the time is over.
int await(int Number, short Events, const Deadline &Until) {
  pollfd Poll = {Number, Events, 0};
  int Ready;
  do {
    timespec Left = Until.left();
    Ready = ::ppoll(&Poll, 1, &Left, nullptr);
  } while (Ready < 0 && errno == EINTR);
  return Ready;
}

Failure silent() {
  return {Blame::Executor, "the launcher kept silent for longer than "
                           "--executor-timeout allows while remote-stub was "
                           "uploaded; does it start a shell?"};
}

Failure hungUp() {
  return {
      Blame::Executor,
      std::string(StubUpload::HungUp) +
          " while remote-stub was uploaded; the far end needs sh, mktemp, "
          "head, wc and a folder for temporary files that may hold programs "
          "(TMPDIR), or name the remote-stub that it has with "
          "--remote-stub-path"};
}

Expected<void> writeBlock(int Number, std::string_view Bytes,
                          const Deadline &Until) {
  transport::SigpipeGuard Guard;
  while (!Bytes.empty()) {
    if (await(Number, POLLOUT, Until) <= 0)
      return silent();
    ssize_t Count = ::write(Number, Bytes.data(), Bytes.size());
    if (Count < 0 && (errno == EINTR || errno == EAGAIN))
      continue;
    if (Count < 0) {
      if (errno == EPIPE)
        Guard.noteBrokenPipe();
      return hungUp();
    }
    Bytes.remove_prefix(static_cast<size_t>(Count));
  }
  return {};
}

/// By blocks, because a slow network takes its time for the whole; but who
/// takes a byte now and then is no better than who takes none.
Expected<void> write(int Number, std::string_view Bytes, int PatienceMs) {
  for (; !Bytes.empty();
       Bytes.remove_prefix(std::min(Bytes.size(), StubUpload::BlockSize)))
    if (auto Written =
            writeBlock(Number, Bytes.substr(0, StubUpload::BlockSize),
                       patienceFromNow(PatienceMs));
        !Written)
      return Written;
  return {};
}

/// The rest of the next line after our own prefix: what profiles of shells
/// print before it is nobody's business, and need not end its line (the
/// sequence that sets a terminal's title does not).
Expected<std::string> readAnswer(int Number, int PatienceMs) {
  constexpr size_t LongestChatter = 64 << 10;
  // For all of it: who prints for ever does not answer either.
  Deadline Until = patienceFromNow(PatienceMs);
  std::string Line;
  for (size_t Read = 0; Read != LongestChatter; ++Read) {
    if (await(Number, POLLIN, Until) <= 0)
      return silent();
    // One byte at a time: what follows is not ours.
    char Byte;
    ssize_t Count = ::read(Number, &Byte, 1);
    if (Count < 0 && (errno == EINTR || errno == EAGAIN))
      continue;
    if (Count <= 0)
      return hungUp();
    if (Byte != '\n') {
      Line += Byte;
      continue;
    }
    if (size_t Place = Line.rfind(Answer); Place != Line.npos)
      return Line.substr(Place + sizeof(Answer) - 1);
    Line.clear();
  }
  return Failure{Blame::Executor,
                 "the launcher prints too much before it starts a shell"};
}

} // namespace

Expected<StubUpload> StubUpload::read(const std::string &Path) {
  StubUpload Made;
  transport::Descriptor File(::open(Path.c_str(), O_RDONLY | O_CLOEXEC));
  char Buffer[1 << 16];
  ssize_t Count = -1;
  while (File.isOpen() &&
         ((Count = ::read(File.get(), Buffer, sizeof(Buffer))) > 0 ||
          (Count < 0 && errno == EINTR)))
    Made.Bytes.append(Buffer, Count > 0 ? static_cast<size_t>(Count) : 0);
  if (Count < 0)
    return Failure{Blame::Launch,
                   "cannot read executor '" + Path + "': " + strerror(errno),
                   errno == ENOENT ? 127 : 126};
  if (machinesOf(Made.Bytes).empty())
    return Failure{
        Blame::Launch,
        "cannot upload executor '" + Path + "': it is no remote-stub", 126};
  return Made;
}

std::string StubUpload::script() const {
  std::string Size = std::to_string(Bytes.size());
  // One line, in words that need no quoting by who passes it on: it does not
  // come as an argument. The shell must have read all of it before the binary
  // comes, and the binary is all that head(1) finds. Who goes meanwhile leaves
  // a broken pipe; the trap is not the executor's. What the program inherits
  // is as it was before: the mask for new files, and the variables, for which
  // the script's own are the positional parameters ($1 that mask, $2 the file,
  // $3 a status). The answers do not stand in the script as they are given: a
  // shell that echoes what it reads has not answered.
  return "set -- \"$(umask)\" ''; umask 077; "
         "trap 'rm -f \"$2\"; exit 125' HUP INT PIPE TERM; "
         "set -- \"$1\" \"$(mktemp "
         "\"${TMPDIR:-/tmp}/remote-stub.XXXXXXXX\")\"; "
         "[ -n \"$2\" ] || exit 125; "
         "echo remote-'run:' \"$(uname -m)\"; head -c " +
         Size + " >\"$2\"; if [ \"$(wc -c <\"$2\")\" -eq " + Size +
         " ] && chmod 700 \"$2\"; then umask \"$1\"; "
         "echo remote-'run:' ready; \"$2\" " +
         wire::UploadedArgument +
         "; set -- \"$1\" \"$2\" \"$?\"; else set -- \"$1\" \"$2\" 125; fi; "
         "rm -f \"$2\"; exit \"$3\"\n";
}

Expected<void> StubUpload::send(const transport::Descriptor &In,
                                const transport::Descriptor &Out,
                                int PatienceMs) const {
  auto Far = readAnswer(In.get(), PatienceMs);
  if (!Far)
    return Far.error();
  std::string Runs = machinesOf(Bytes);
  if (Runs.find(" " + *Far + " ") == std::string::npos)
    return Failure{Blame::Executor,
                   "the far end is a machine of type '" + printable(*Far) +
                       "', and the remote-stub to upload is for" +
                       Runs.substr(0, Runs.size() - 1) +
                       "; name the far end's type with --target"};
  if (auto Written = write(Out.get(), Bytes, PatienceMs); !Written)
    return Written;
  auto Ready = readAnswer(In.get(), PatienceMs);
  if (!Ready)
    return Ready.error();
  return {};
}

} // namespace remoterun::controller
