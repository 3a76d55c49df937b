// An exception whose text is found by code of the library, and with its lock.
#include "foreign-exception.h"
#include <mutex>

static std::mutex Lock;

const char *Foreign::what() const noexcept {
  std::lock_guard Held(Lock);
  return "of the library";
}

// The program dies while this thread has the lock.
void throwWithLock() noexcept {
  std::lock_guard Held(Lock);
  throw Foreign();
}
