// Loaded into an executor by LD_PRELOAD, it takes the place of an image: as soon
// as the executor has given it back, something else is mapped there. TIMES is how
// often.
#define _GNU_SOURCE
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

int munmap(void *start, size_t size) {
  static int taken;
  long result = syscall(SYS_munmap, start, size);
  const size_t slab = 256 << 20;
  if (size >= slab && taken++ < TIMES)
    mmap(start, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  return (int)result;
}
