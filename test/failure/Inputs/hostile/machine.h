// What a hostile program does to the registers of its processor, for each machine.
#include <stdint.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>

/// The name of flags of the processor, and what sets them and writes to address 0.
struct Flags {
  const char *Name;
  void (*CrashWith)(void);
};

#if defined(__x86_64__)

#include <asm/prctl.h>
#include <sys/syscall.h>

static inline void setProgramCounter(ucontext_t *Context, uintptr_t Value) {
  Context->uc_mcontext.gregs[REG_RIP] = (greg_t)Value;
}

static inline void loseThreadPointer(void) {
  syscall(SYS_arch_prctl, ARCH_SET_FS, 0);
}

static inline void loseStack(void) {
  __asm__ volatile("xor %%esp, %%esp\n\tpush %%rax" ::: "memory");
}

static inline void loseRegisters(void) {
  __asm__ volatile("mov $0x8000000000000000, %rax\n\t"
                   "mov %rax, %rbx\n\tmov %rax, %rcx\n\tmov %rax, %rdx\n\t"
                   "mov %rax, %rsi\n\tmov %rax, %rdi\n\tmov %rax, %rbp\n\t"
                   "mov %rax, %r12\n\tmov %rax, %r13\n\tmov %rax, %rsp\n\t"
                   "jmp *%rax");
}

/// The frame pointer and the stack are there.
static inline void crashWithFrames(void **Frames) {
  __asm__ volatile("mov %0, %%rbp\n\tmov %0, %%rsp\n\tmovl $1, 0"
                   :
                   : "r"(Frames)
                   : "memory");
}

#define CRASH_WITH_FLAGS(Bits)                                                 \
  __asm__ volatile("lea -128(%%rsp), %%rsp\n\tpushfq\n\torq %0, (%%rsp)\n\t"   \
                   "popfq\n\tmovl $1, 0"                                       \
                   :                                                           \
                   : "i"(Bits)                                                 \
                   : "memory", "cc")

static void checkAlignment(void) { CRASH_WITH_FLAGS(1 << 18); }
static void goBackwards(void) { CRASH_WITH_FLAGS(1 << 10); }
static void step(void) { CRASH_WITH_FLAGS(1 << 8); }

static const struct Flags AllFlags[] = {{"alignment-check", checkAlignment},
                                        {"backwards", goBackwards},
                                        {"stepping", step},
                                        {NULL, NULL}};

#elif defined(__aarch64__)

static inline void setProgramCounter(ucontext_t *Context, uintptr_t Value) {
  Context->uc_mcontext.pc = Value;
}

static inline void loseThreadPointer(void) {
  __asm__ volatile("msr tpidr_el0, xzr" ::: "memory");
}

static inline void loseStack(void) {
  __asm__ volatile("mov x0, #0\n\tmov sp, x0\n\tstr x0, [sp, #-16]!" ::
                       : "x0", "memory");
}

static inline void loseRegisters(void) {
  __asm__ volatile("mov x0, #0x8000000000000000\n\t"
                   "mov x1, x0\n\tmov x2, x0\n\tmov x8, x0\n\t"
                   "mov x18, x0\n\tmov x19, x0\n\tmov x20, x0\n\t"
                   "mov x28, x0\n\tmov x29, x0\n\tmov x30, x0\n\t"
                   "mov sp, x0\n\tbr x0");
}

static inline void crashWithFrames(void **Frames) {
  __asm__ volatile("mov x29, %0\n\tmov sp, %0\n\tmov x9, #0\n\tstr w9, [x9]"
                   :
                   : "r"(Frames)
                   : "x9", "memory");
}

/// All conditions hold at once.
static void holdConditions(void) {
  __asm__ volatile("msr nzcv, %0\n\tmov x9, #0\n\tstr w9, [x9]"
                   :
                   : "r"(UINT64_C(0xf) << 28)
                   : "x9", "memory", "cc");
}

/// Towards zero, without denormal numbers, and without what a NaN says.
static void roundOddly(void) {
  __asm__ volatile("msr fpcr, %0\n\tmov x9, #0\n\tstr w9, [x9]"
                   :
                   : "r"(UINT64_C(0xf) << 22)
                   : "x9", "memory");
}

static const struct Flags AllFlags[] = {
    {"conditions", holdConditions}, {"rounding", roundOddly}, {NULL, NULL}};

#else
#error "what registers are called here is not known"
#endif

static inline int crashWithFlags(const char *Name) {
  for (const struct Flags *Each = AllFlags; Each->Name; ++Each)
    if (strcmp(Each->Name, Name) == 0)
      Each->CrashWith();
  return 98;
}
