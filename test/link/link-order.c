// Are sections that describe others (SHF_LINK_ORDER) in the order of these, and do
// those that describe nothing stay where they are?
//
// gABI, "Section Attribute Flags"; the readers of such tables search them.
//
// RUN: %split %s %t
// RUN: %linked main=%t/main.c object=%t/tables.c gcc=%t/more.c
// RUN: %linked main=%t/main.c gcc=%t/more.c object=%t/tables.c
// The compiler's own, of functions that ld sorts by their names.
// RUN: %linked --flags="-fpatchable-function-entry=2 -ffunction-sections" \
// RUN:   object=%t/entries.c object=%t/more-entries.c
// RUN: %linked --flags=-fpatchable-function-entry=2 --link=-fuse-ld=lld \
// RUN:   object=%t/entries.c object=%t/more-entries.c

//--- main.c
#include <stdio.h>
extern int __start_table[], __stop_table[];
int main(void) {
  for (int *Each = __start_table; Each != __stop_table; ++Each)
    printf("%d ", *Each);
  puts("");
}
//--- tables.c
__asm__(".section .text.second,\"ax\",@progbits\nsecond: ret\n"
        ".section .text.third,\"ax\",@progbits\nthird: ret\n"
        ".section .text.unlikely.first,\"ax\",@progbits\nfirst: ret\n"
        ".section table,\"ao\",@progbits,.text.third\n.long 3\n"
        ".section table,\"ao\",@progbits,.text.second,unique,1\n.long 2\n"
        ".section table,\"ao\",@progbits,.text.unlikely.first,unique,2\n"
        ".long 1\n"
        ".text\n");
//--- more.c
__asm__(".section .text.fourth,\"ax\",@progbits\nfourth: ret\n"
        ".section .text.unlikely.zeroth,\"ax\",@progbits\nzeroth: ret\n"
        ".section table,\"ao\",@progbits,.text.fourth\n.long 14\n"
        ".section table,\"ao\",@progbits,.text.unlikely.zeroth,unique,1\n"
        ".long 10\n"
        ".text\n");
//--- entries.c
#include <stdio.h>
extern void *__start___patchable_function_entries[];
extern void *__stop___patchable_function_entries[];
__attribute__((cold)) void seldom(void) { puts("seldom"); }
void more(void);
int main(void) {
  seldom();
  more();
  void **Each = __start___patchable_function_entries;
  size_t Count = __stop___patchable_function_entries - Each;
  int AreSorted = 1;
  for (size_t I = 1; I < Count; ++I)
    AreSorted &= Each[I - 1] < Each[I];
  printf("%d of %zu\n", AreSorted, Count);
}
//--- more-entries.c
#include <stdio.h>
__attribute__((cold)) void seldomMore(void) { puts("more"); }
void more(void) { seldomMore(); }
