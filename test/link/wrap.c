// Does --wrap mean what it means to a linker: in modules that are linked into one,
// in objects and in members of archives, for functions of the program's and of
// libraries', and for what code generation calls by itself?
//
// GNU ld's manual, "--wrap": an undefined reference is to __wrap_SYMBOL, and one
// to __real_SYMBOL is to SYMBOL. What a file refers to and defines itself is not
// wrapped.
//
// RUN: %split %s %t
// DEFINE: %{wrap} = --wrap=work --wrap=getppid --wrap=memcpy
// DEFINE: %{link} = --link="-Wl,--wrap=work,--wrap=getppid,--wrap=memcpy" --remote="%{wrap}"
// RUN: %linked %{link} main=%t/main.c module=%t/work.c module=%t/wrappers.c
// RUN: %linked %{link} main=%t/main.c object=%t/work.c module=%t/wrappers.c
// RUN: %linked %{link} main=%t/main.c module=%t/work.c gcc=%t/wrappers.c
// RUN: %linked %{link} main=%t/main.c gcc=%t/work.c object=%t/wrappers.c
// RUN: %linked %{link} main=%t/main.c archive=%t/work.c,%t/wrappers.c
//
// In many parts, of which others refer to what is their unit's own; and where a
// pass has made one function of two.
// RUN: %linked %{link} --remote="--part-size=1 %{wrap}" main=%t/main.c \
// RUN:   module=%t/work.c module=%t/wrappers.c
// RUN: %linked %{link} --remote="--passes=default<O2> %{wrap}" main=%t/main.c \
// RUN:   module=%t/work.c module=%t/wrappers.c
//
// A static function of the wrapper's name is another one.
// RUN: %linked %{link} main:-DSTATIC_WRAPPER=%t/main.c module=%t/work.c module=%t/wrappers.c
//
// Without the wrapper the name is missing, and told.
// RUN: %linked %{link} --levels=0 --fails main=%t/main.c module=%t/work.c | FileCheck %s
// CHECK: __wrap_{{memcpy|work|getppid}}

//--- main.c
#include <stdio.h>
#include <unistd.h>
int work(int N), workTwice(int N);
extern int Copies;
struct Large {
  char Bytes[4096];
};
void copy(struct Large *To, const struct Large *From) { *To = *From; }
#ifdef STATIC_WRAPPER
__attribute__((noinline)) static int __wrap_work(int N) { return N - 1; }
int apart(int N) { return __wrap_work(N); }
#else
int apart(int N) { return N - 1; }
#endif
int main(void) {
  static struct Large One = {"copied"}, Two;
  int (*volatile Pointer)(int) = work;
  copy(&Two, &One);
  printf("%d %d %d %s, %d copies\n", work(1), workTwice(1), Pointer(10),
         Two.Bytes, Copies);
  printf("%d %d\n", getppid(), apart(5));
}
//--- work.c
__attribute__((noinline)) int work(int N) { return N + 1; }
int workTwice(int N) { return work(work(N)); }
//--- wrappers.c
#include <stddef.h>
#include <sys/types.h>
int Copies;
int __real_work(int N);
int __wrap_work(int N) { return 1000 + __real_work(N); }
pid_t __real_getppid(void);
pid_t __wrap_getppid(void) { return __real_getppid() > 0 ? -1 : -2; }
void *__real_memcpy(void *To, const void *From, size_t Size);
void *__wrap_memcpy(void *To, const void *From, size_t Size) {
  ++Copies;
  return __real_memcpy(To, From, Size);
}
