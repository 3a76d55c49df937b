//===- drive.cpp - Gives a running application code, and takes it away ----===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   drive ./host
//   drive qemu-aarch64 -L /usr/aarch64-linux-gnu ./host-for-aarch64
//   drive --stdio ssh HOST ./host --stdio
//
// Launches the application and has it weigh the same numbers with no weight,
// with one, with another in its place, and with none again.
//
//===----------------------------------------------------------------------===//

#include <remote-run/RemoteJIT.h>

#include <cstdio>
#include <cstring>

using namespace remoterun;

namespace {

/// A module with a weight, which sets itself when it comes, and takes itself
/// away when it goes. It is the same for all machines.
std::string weightModule(const std::string &Instruction) {
  return R"(
declare void @set_weight(ptr)
@llvm.global_ctors = appending global [1 x { i32, ptr, ptr }]
    [{ i32, ptr, ptr } { i32 65535, ptr @come, ptr null }]
@llvm.global_dtors = appending global [1 x { i32, ptr, ptr }]
    [{ i32, ptr, ptr } { i32 65535, ptr @go, ptr null }]

define signext i32 @weight(i32 signext %number) {
  %result = )" +
         Instruction + R"(
  ret i32 %result
}
define internal void @come() {
  call void @set_weight(ptr @weight)
  ret void
}
define internal void @go() {
  call void @set_weight(ptr null)
  ret void
}
)";
}

int fail(const Failure &Why) {
  std::fprintf(stderr, "drive: %s\n", Why.Message.c_str());
  return 1;
}

/// Has 1 to 10 weighed, and prints their sum.
Expected<void> weigh(RemoteJIT &Jit, const char *How) {
  auto Submit = Jit.lookup<int(int)>("submit");
  auto TakeTotal = Jit.lookup<int()>("take_total");
  if (!Submit)
    return Submit.error();
  if (!TakeTotal)
    return TakeTotal.error();
  for (int Number = 1; Number <= 10; ++Number)
    if (auto HasRoom = (*Submit)(Number); !HasRoom)
      return HasRoom.error();
  auto Total = (*TakeTotal)();
  if (!Total)
    return Total.error();
  std::printf("%s: %d\n", How, *Total);
  return {};
}

Expected<void> drive(RemoteJIT &Jit) {
  if (auto Done = weigh(Jit, "as they are"); !Done)
    return Done;
  auto Weight = Jit.add(weightModule("mul i32 %number, 2"), {.Name = "double"});
  if (!Weight)
    return Weight.error();
  if (auto Done = weigh(Jit, "doubled"); !Done)
    return Done;
  auto Its = Jit.lookup<int(int)>("weight");
  if (!Its)
    return Its.error();
  auto Of21 = (*Its)(21);
  if (!Of21)
    return Of21.error();
  std::printf("the weight of 21: %d\n", *Of21);

  auto Replaced =
      Jit.replace(*Weight, weightModule("mul i32 %number, %number"));
  if (!Replaced)
    return Replaced;
  if (auto Done = weigh(Jit, "squared"); !Done)
    return Done;
  // The function that was looked up is the new one.
  Of21 = (*Its)(21);
  if (!Of21)
    return Of21.error();
  std::printf("the weight of 21: %d\n", *Of21);

  if (auto Removed = Jit.remove(*Weight); !Removed)
    return Removed;
  Of21 = (*Its)(21);
  std::printf("the weight of 21: %s\n",
              Of21 ? "still there" : Of21.error().Message.c_str());
  return weigh(Jit, "as they are");
}

} // namespace

int main(int Count, char **Arguments) {
  Executor::LaunchOptions Options;
  std::vector<std::string> Command(Arguments + 1, Arguments + Count);
  if (!Command.empty() && Command.front() == "--stdio") {
    Options.OverStandardStreams = true;
    Command.erase(Command.begin());
  }
  auto Application = Executor::launch(std::move(Command), Options);
  if (!Application)
    return fail(Application.error());
  std::printf("an application for %s\n", Application->triple().c_str());
  auto Jit = RemoteJIT::create(std::move(*Application));
  if (!Jit)
    return fail(Jit.error());
  auto Done = drive(*Jit);
  return Done ? 0 : fail(Done.error());
}
