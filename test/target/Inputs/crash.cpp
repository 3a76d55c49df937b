// Ends as its argument says.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <pthread.h>
#include <stdexcept>
#include <sys/mman.h>

int *volatile Null = nullptr;
volatile int Zero = 0;
const int Constant[4] = {1, 2, 3, 4};

#define NOINLINE __attribute__((noinline))

NOINLINE static void store() { Null[1] = 5; }
// Other instructions than of a constant, by size.
NOINLINE static void storeByte(char Value) {
  *reinterpret_cast<char *>(Null + 1) = Value;
}
NOINLINE static void storeWord(int Value) { Null[1] = Value; }
NOINLINE static void storeLong(long Value) {
  *reinterpret_cast<long *>(Null + 2) = Value;
}
NOINLINE static int divide(int Number) { return Number / Zero; }
NOINLINE static int load() { return Null[2]; }
NOINLINE static int recurse(int Depth) {
  volatile char Room[4096];
  Room[0] = static_cast<char>(Depth);
  return recurse(Depth + 1) + Room[0];
}
static int compare(const void *, const void *) {
  store();
  return 0;
}
static void *onThread(void *) {
  store();
  return nullptr;
}
NOINLINE static int loadFromFile() {
  void *Memory = mmap(nullptr, 1, PROT_READ, MAP_PRIVATE,
                      fileno(std::tmpfile()), 0);
  return *static_cast<volatile char *>(Memory);
}
NOINLINE static void fail() { throw std::runtime_error("what it was"); }

int main(int, char **Values) {
  const char *How = Values[1];
  if (!std::strcmp(How, "write"))
    store();
  if (!std::strcmp(How, "write-byte"))
    storeByte(Values[0][0]);
  if (!std::strcmp(How, "write-word"))
    storeWord(Values[0][0]);
  if (!std::strcmp(How, "write-long"))
    storeLong(Values[0][0]);
  if (!std::strcmp(How, "divide"))
    return divide(Values[0][0]);
  if (!std::strcmp(How, "read"))
    return load() + 1;
  if (!std::strcmp(How, "file"))
    return loadFromFile() + 1;
  if (!std::strcmp(How, "call"))
    reinterpret_cast<void (*volatile)()>(Null)();
  if (!std::strcmp(How, "overflow"))
    return recurse(0);
  if (!std::strcmp(How, "constant"))
    *const_cast<volatile int *>(&Constant[1]) = 3;
  if (!std::strcmp(How, "callback")) {
    int Numbers[] = {2, 1};
    std::qsort(Numbers, 2, sizeof(int), compare);
  }
  if (!std::strcmp(How, "thread")) {
    pthread_t Thread;
    pthread_create(&Thread, nullptr, onThread, nullptr);
    pthread_join(Thread, nullptr);
  }
  if (!std::strcmp(How, "trap"))
    __builtin_trap();
  if (!std::strcmp(How, "abort"))
    std::abort();
  if (!std::strcmp(How, "exception"))
    fail();
  return 0;
}
