//===- ForwardedStart.cpp - What a supervisor is told first ---------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/launch/ForwardedStart.h"
#include "controller/launch/CommandWords.h"
#include "controller/terminal/StandardStreams.h"
#include "wire/ExecutorStart.h"
#include "wire/ForwardedMessages.h"

#include <algorithm>

namespace remoterun::controller {

Expected<ForwardedStart> ForwardedStart::plan(const LaunchRequest &Request) {
  ForwardedStart Made;
  if (Request.UploadsExecutor) {
    auto Upload = StubUpload::read(Request.ExecutorPath);
    if (!Upload)
      return Upload.error();
    Made.Upload = std::move(*Upload);
    Made.Command = {"sh"};
  } else {
    Made.Command = {Request.ReachesShell ? quotedWord(Request.ExecutorPath)
                                         : Request.ExecutorPath,
                    wire::ForwardedArgument};
  }
  wire::Start Message;
  for (const std::string &Argument : Request.Arguments)
    Message.Arguments.push(Argument);
  for (const std::string &Variable : Request.Environment)
    Message.Environment.push(Variable);
  StandardStreams Ours = StandardStreams::find();
  std::copy_n(Ours.IsOpen, 3, Message.HasStream);
  Message.ErrorIsOutput = Ours.ErrorIsOutput;
  Message.Executes = !Request.IsEmulated;
  Message.WantsCrashReport = Request.WantsCrashReport;
  if (Request.StackLimit)
    Message.StackLimit = *Request.StackLimit;
  Message.KeepsBlocks = Request.BlockFolder.has_value();
  if (Request.BlockFolder)
    Message.BlockFolder = *Request.BlockFolder;
  wire::encode(Message, Made.Start);
  if (Made.Start.size() > wire::maxPayload(wire::MessageType::Start))
    return Failure{Blame::Usage,
                   "the program's arguments and environment are too large for "
                   "one Start message"};
  return Made;
}

void ForwardedStart::begin(transport::FrameChannel &Channel) {
  if (Upload)
    (void)!Channel.sendText(Upload->script());
  else
    (void)!Channel.send(wire::MessageType::Start, Start.span());
}

Expected<void> ForwardedStart::finish(transport::FrameChannel &Channel,
                                      int PatienceMs) {
  if (!Upload)
    return {};
  auto [In, Out] = Channel.release();
  auto Sent = Upload->send(In, Out, PatienceMs);
  Channel = transport::FrameChannel(std::move(In), std::move(Out),
                                    transport::FrameChannel::Side::Controller,
                                    PatienceMs);
  if (!Sent)
    return Sent;
  (void)!Channel.send(wire::MessageType::Start, Start.span());
  return {};
}

} // namespace remoterun::controller
