// Is what the dynamic linker has made read-only so in main, in every library and in
// the executable, although references were bound to the program's own functions and
// its thread-local variables were put in their place?
//
// UNSUPPORTED: sanitized-executor
// RUN: %same --status 0 %s
// RUN: %clang -O1 -c -DOBJECT %s -o %t.o
// RUN: %same --status 0 --flags=-DWITH_OBJECT --link=%t.o --remote=--extra-object=%t.o %s

#ifdef OBJECT
extern "C" {
thread_local int InObject = 7;
int valueInObject() { return InObject; }
}
#else

#include <cstdio>
#include <cstdlib>
#include <link.h>
#include <new>
#include <stdexcept>
#include <string>

/// libc's are found through its table of addresses, which is read-only.
extern "C" {
int optind = 2, opterr = 0;
int getopt(int, char *const *, const char *);
}

static int Allocated;
void *operator new(size_t Size) {
  ++Allocated;
  return std::malloc(Size);
}
void operator delete(void *Block) noexcept { std::free(Block); }
thread_local int Own = 5;
#ifdef WITH_OBJECT
extern "C" int valueInObject();
#else
static int valueInObject() { return 7; }
#endif

/// Whether a page from \p Start up to \p End can be written to.
static bool isWritable(unsigned long Start, unsigned long End) {
  char Line[512], Rights[8];
  unsigned long From, To;
  bool Found = false;
  FILE *Maps = std::fopen("/proc/self/maps", "r");
  while (std::fgets(Line, sizeof(Line), Maps))
    if (std::sscanf(Line, "%lx-%lx %7s", &From, &To, Rights) == 3)
      Found |= From < End && To > Start && Rights[1] == 'w';
  std::fclose(Maps);
  return Found;
}

static int visit(dl_phdr_info *Object, size_t, void *Libraries) {
  constexpr unsigned long Page = 4096;
  for (int I = 0; I != Object->dlpi_phnum; ++I) {
    const ElfW(Phdr) &Header = Object->dlpi_phdr[I];
    if (Header.p_type != PT_GNU_RELRO)
      continue;
    ++*static_cast<int *>(Libraries);
    unsigned long Start = Object->dlpi_addr + Header.p_vaddr;
    // The dynamic linker protects whole pages.
    unsigned long First = Start & -Page;
    unsigned long End = (Start + Header.p_memsz) & -Page;
    if (isWritable(First, End))
      std::printf("writable: '%s'\n", Object->dlpi_name);
  }
  return 0;
}

int main() {
  int Libraries = 0;
  try {
    throw std::runtime_error(std::string(100, 'x'));
  } catch (const std::exception &Caught) {
    std::printf("%c, by the program's own: %d\n", Caught.what()[0],
                Allocated > 1);
  }
  char Program[] = "program", Skipped[] = "-a", Read[] = "-b";
  char *Arguments[] = {Program, Skipped, Read, nullptr};
  std::printf("%c %d\n", getopt(3, Arguments, "ab"), optind);
  dl_iterate_phdr(visit, &Libraries);
  std::printf("%d, %d, and libraries: %d\n", Own, valueInObject(),
              Libraries > 2);
  return 0;
}
#endif
