//===- LinkedProgram.cpp - What is sent of a program that is linked -------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/link/LinkedProgram.h"

namespace remoterun::jit {

Expected<void> LinkedProgram::ship(const ImageNames &Names,
                                   controller::Session &Session) const {
  wire::Reserve Reservation;
  Reservation.Segments.append(Segments.data(), Segments.size());
  Reservation.Windows.append(Windows.data(), Windows.size());
  wire::Finalize Finalization;
  for (ExecutorRange Table : UnwindTables)
    Finalization.UnwindTables.push(Table);
  if (IsImage) {
    Reservation.ImageName = Names.Memory;
    Finalization.ImagePath = Names.Path;
  }
  if (auto Sent = Session.reserve(Reservation); !Sent)
    return Sent;
  if (auto Sent = jit::ship(Pieces, Session); !Sent)
    return Sent;
  if (auto Sent = Session.keepSent(); !Sent)
    return Sent;
  return Session.finalize(Finalization);
}

} // namespace remoterun::jit
