// Is the status exact wherever and however the program crashes?
//
// While the guest dies, it writes a report. Whatever happens to it on the way,
// it must end as the native program does: with no handler, on a stack of a few
// bytes, with a seccomp filter that allows next to nothing, several threads at
// once, in a child that shares its memory.
// Its assembly is of x86-64.
// REQUIRES: host-x86_64
// UNSUPPORTED: sanitized-executor
// RUN: %same --levels 0 --remote=--disable-core-files --link=-lpthread %s \
// RUN:   --case="-11 constructor" --case="-11 destructor" \
// RUN:   --case="-11 thread" --case="-6 thread-destructor" \
// RUN:   --case="0 fork" --case="0 vfork" --case="-11 fork-and-parent" \
// RUN:   --case="-11 libc" --case="-11 smashed" --case="-11 smashed-frames" \
// RUN:   --case="-11 no-stack" --case="-6 abort-no-stack" \
// RUN:   --case="-11 recursion" --case="-11 recursion-in-thread" \
// RUN:   --case="-11 many-threads" --case="-11 seccomp" \
// RUN:   --case="-11 no-descriptors" --case="-11 in-handler" \
// RUN:   --case="-11 on-alternate-stack" --case="-11 own-handler" \
// RUN:   --case="-6 heap" --case="-6 throw" --case="-6 rethrow" \
// RUN:   --case="-6 noexcept" --case="-6 terminate-handler" \
// RUN:   --case="-6 what-that-hangs" --case="-11 blocked" \
// RUN:   --case="-5 breakpoint" --case="-11 sent" \
// RUN:   --case="-11 unmapped-code" --case="-4 code-of-nobody" \
// RUN:   --case="-11 cancelled" --case="-8 thread-and-main" \
// RUN:   --case="-11 requeued" --case="-4 child-signal" \
// RUN:   --case="-8 vfork-and-parent" --case="-4 no-thread-pointer" \
// RUN:   --case="-5 breakpoint-no-thread-pointer" --case="-4 timer" \
// RUN:   --case="-6 heap-in-thread" --case="-11 queued-after-fault" \
// RUN:   --case="-11 seccomp-address" --case="-4 seccomp-instruction" \
// RUN:   --case="-8 seccomp-division" --case="-8 seccomp-floating"

#include <csetjmp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <fenv.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <stdexcept>
#include <string>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static std::string How;
static bool is(const char *Name) { return How == Name; }

static volatile int *volatile Null;
static void crash() { *Null = 1; }

struct Early {
  Early() {
    // Before main has its arguments: they are in the process's.
    FILE *Arguments = fopen("/proc/self/cmdline", "r");
    char Text[4096] = {};
    size_t Size = fread(Text, 1, sizeof(Text) - 1, Arguments);
    fclose(Arguments);
    How = Size ? Text + strlen(Text) + 1 : "";
    if (is("constructor"))
      crash();
  }
  ~Early() {
    if (is("destructor"))
      crash();
  }
} TheEarly;

struct ThreadLocal {
  ~ThreadLocal() {
    if (is("thread-destructor"))
      abort();
  }
};
static thread_local ThreadLocal OfThread;

static int recurse(volatile char *Above) {
  volatile char Here[500];
  Here[0] = Above[0];
  return recurse(Here) + Here[0];
}

static void *inThread(void *) {
  if (is("thread-destructor")) {
    (void)&OfThread;
    return nullptr;
  }
  if (is("recursion-in-thread"))
    recurse((volatile char *)&How);
  if (is("cancelled"))
    for (;;)
      pthread_testcancel();
  crash();
  return nullptr;
}

static void start(pthread_t &Thread, size_t StackSize = 0) {
  pthread_attr_t Attributes;
  pthread_attr_init(&Attributes);
  if (StackSize)
    pthread_attr_setstacksize(&Attributes, StackSize);
  pthread_create(&Thread, &Attributes, inThread, nullptr);
}

/// A stack pointer that points nowhere.
static void loseStack(bool Abort) {
  if (Abort)
    // The system call that abort() ends with, so that nothing else needs stack.
    asm volatile("xor %%rsp, %%rsp\n syscall"
                 :
                 : "a"(SYS_tgkill), "D"(getpid()), "S"(gettid()), "d"(SIGABRT));
  asm volatile("mov $64, %rsp\n push %rax");
}

static void smash(bool WithFrames) {
  volatile char Here[16];
  char *Start = const_cast<char *>(Here);
  memset(Start, 'a', 400);
  if (WithFrames)
    crash();
}

static void onSignal(int) { crash(); }
static void onSegv(int) {
  signal(SIGSEGV, SIG_DFL);
  crash();
}

struct Hanging : std::exception {
  const char *what() const noexcept override {
    for (;;)
      pause();
  }
};

static void throwInNoexcept() noexcept { throw std::logic_error("noexcept"); }

static int childCrashed(pid_t Child) {
  int Status = 0;
  waitpid(Child, &Status, 0);
  return WIFSIGNALED(Status) && WTERMSIG(Status) == SIGSEGV ? 0 : 1;
}

static int crashOnStacks() {
  static char Stack[65536];
  stack_t Alternate = {};
  Alternate.ss_sp = Stack;
  Alternate.ss_size = sizeof(Stack);
  struct sigaction Action = {};
  Action.sa_handler = onSignal;
  if (is("on-alternate-stack")) {
    sigaltstack(&Alternate, nullptr);
    Action.sa_flags = SA_ONSTACK;
  }
  if (is("own-handler"))
    Action.sa_handler = onSegv;
  sigaction(is("own-handler") ? SIGSEGV : SIGUSR1, &Action, nullptr);
  if (is("own-handler"))
    crash();
  return raise(SIGUSR1);
}

static int crashByException() {
  if (is("terminate-handler"))
    std::set_terminate([] { abort(); });
  if (is("what-that-hangs")) {
    std::set_terminate([] { abort(); });
    throw Hanging();
  }
  if (is("noexcept"))
    throwInNoexcept();
  if (is("rethrow"))
    try {
      throw std::runtime_error("first");
    } catch (...) {
      throw;
    }
  throw std::runtime_error("a reason");
}

/// Ways in which a signal can claim to be a fault that happens again.
static int crashByClaim() {
  if (is("requeued")) {
    siginfo_t Info = {};
    Info.si_signo = SIGSEGV;
    Info.si_code = SEGV_MAPERR;
    Info.si_addr = &Info;
    syscall(SYS_rt_tgsigqueueinfo, getpid(), gettid(), SIGSEGV, &Info);
    return 7;
  }
  // A child whose end is told by SIGILL.
  pid_t Child = (pid_t)syscall(SYS_clone, SIGILL, nullptr, nullptr, nullptr, 0);
  if (Child == 0)
    _exit(1);
  while (waitpid(Child, nullptr, __WALL) < 0)
    ;
  return 7;
}

static sigjmp_buf BehindFault;

/// Sent by somebody, after a fault that the program has handled, with nothing
/// that tells it from one but its code.
static int crashByQueued() {
  signal(SIGSEGV, [](int) { siglongjmp(BehindFault, 1); });
  if (sigsetjmp(BehindFault, 1) == 0)
    *(volatile char *)0x1234567890123456 = 1;
  signal(SIGSEGV, SIG_DFL);
  struct State {
    volatile int IsAwaited, IsSent;
  } *Shared = (State *)mmap(nullptr, sizeof(State), PROT_READ | PROT_WRITE,
                            MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (fork() == 0) {
    while (!Shared->IsAwaited)
      ;
    siginfo_t Info = {};
    Info.si_signo = SIGSEGV;
    Info.si_code = SI_QUEUE;
    syscall(SYS_rt_sigqueueinfo, getppid(), SIGSEGV, &Info);
    Shared->IsSent = 1;
    _exit(0);
  }
  // Not in a system call, where a signal that was sent is told from a fault.
  Shared->IsAwaited = 1;
  while (!Shared->IsSent)
    ;
  // It comes when the kernel is entered, if it was on its way still.
  getppid();
  return 7;
}

/// Where every system call but few is answered with SIGKILL.
static int crashUnderFilter() {
  volatile int Zero = 0;
  volatile double FloatZero = 0;
  feenableexcept(FE_DIVBYZERO);
  prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT);
  if (is("seccomp-address"))
    *(volatile char *)0x1234567890123456 = 1;
  if (is("seccomp-instruction"))
    asm volatile("ud2");
  if (is("seccomp-division"))
    return 1 / Zero;
  if (is("seccomp-floating"))
    return 1 / FloatZero > 0;
  crash();
  return 7;
}

static int crashAfterVfork() {
  pid_t Child = vfork();
  if (Child == 0)
    crash();
  if (childCrashed(Child) != 0)
    return 1;
  struct sigaction Action = {};
  Action.sa_handler = onSignal;
  Action.sa_flags = SA_ONSTACK;
  sigaction(SIGUSR1, &Action, nullptr);
  volatile int Zero = 0;
  return 1 / Zero;
}

static void crashWithoutThreadPointer() {
  bool IsBreakpoint = is("breakpoint-no-thread-pointer");
  asm volatile("syscall"
               :
               : "a"(SYS_arch_prctl), "D"(0x1002), "S"(64)
               : "rcx", "r11", "memory"); // ARCH_SET_FS
  if (IsBreakpoint)
    asm volatile("int3");
  asm volatile("ud2");
}

/// Whose handler must not run after the crash, although it rings while the report
/// is written. It rings once, and later than a native program lives: one that
/// rings again and again does so between the two instructions below at last, when
/// the machine is busy.
static int crashWhileTimerRings() {
  static volatile int IsCrashing;
  struct sigaction Action = {};
  Action.sa_handler = [](int) {
    if (IsCrashing)
      _exit(7);
  };
  sigaction(SIGALRM, &Action, nullptr);
  itimerval Once = {{0, 0}, {0, 50}};
  IsCrashing = 0; // Its page is there from now on.
  setitimer(ITIMER_REAL, &Once, nullptr);
  asm volatile("movl $1, %0\n ud2" : "=m"(*(int *)&IsCrashing));
  return 0;
}

static void *breakHeap(void *) {
  // The top chunk's size, behind the last block.
  auto *Words = (volatile size_t *)malloc(24);
  Words[3] = 1;
  for (;;)
    if (!malloc(4096))
      abort();
}

static int crashInCode() {
  void *Page = mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
                    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  memset(Page, 0x0f, 4096);
  ((unsigned char *)Page)[1] = 0x0b; // ud2
  auto *Function = (int (*)())Page;
  if (is("unmapped-code"))
    munmap(Page, 4096);
  return Function();
}

static int crashWithThreads() {
  pthread_t Threads[8];
  if (is("many-threads"))
    for (pthread_t &Thread : Threads)
      start(Thread);
  start(Threads[0], is("recursion-in-thread") ? 65536 : 0);
  if (is("cancelled")) {
    pthread_cancel(Threads[0]);
    pthread_join(Threads[0], nullptr);
    crash();
  }
  if (is("thread-and-main"))
    return 0;
  pthread_join(Threads[0], nullptr);
  return 0;
}

static int crashAlone() {
  if (is("no-descriptors")) {
    for (int Number = 0; Number != 1024; ++Number)
      close(Number);
    rlimit None = {0, 0};
    setrlimit(RLIMIT_NOFILE, &None);
    crash();
  }
  if (is("blocked")) {
    sigset_t All;
    sigfillset(&All);
    sigprocmask(SIG_BLOCK, &All, nullptr);
    crash();
  }
  if (is("heap")) {
    char *Block = (char *)malloc(100);
    free(Block);
    *(volatile long *)(Block + 8) = 0;
    free(Block);
    free(Block);
    abort();
  }
  if (is("breakpoint"))
    asm volatile("int3");
  if (is("sent"))
    kill(getpid(), SIGSEGV);
  if (is("libc"))
    return (int)strlen((const char *)Null);
  if (is("recursion"))
    return recurse((volatile char *)&How);
  return 0;
}

int main() {
  printf("crashing by %s\n", How.c_str());
  fflush(stdout);
  if (is("fork") || is("fork-and-parent")) {
    pid_t Child = fork();
    if (Child == 0)
      crash();
    if (childCrashed(Child) != 0)
      return 1;
    if (is("fork"))
      return 0;
    crash();
  }
  if (is("vfork")) {
    pid_t Child = vfork();
    if (Child == 0)
      crash();
    return childCrashed(Child);
  }
  if (is("no-stack") || is("abort-no-stack"))
    loseStack(is("abort-no-stack"));
  if (is("smashed") || is("smashed-frames"))
    smash(is("smashed-frames"));
  if (is("in-handler") || is("on-alternate-stack") || is("own-handler"))
    return crashOnStacks();
  if (is("throw") || is("rethrow") || is("noexcept") ||
      is("terminate-handler") || is("what-that-hangs"))
    return crashByException();
  if (is("unmapped-code") || is("code-of-nobody"))
    return crashInCode();
  if (is("thread") || is("many-threads") || is("recursion-in-thread") ||
      is("cancelled") || is("thread-destructor"))
    return crashWithThreads();
  if (is("thread-and-main"))
    raise(SIGFPE);
  if (is("queued-after-fault"))
    return crashByQueued();
  if (How.compare(0, 7, "seccomp") == 0)
    return crashUnderFilter();
  if (is("requeued") || is("child-signal"))
    return crashByClaim();
  if (is("timer"))
    return crashWhileTimerRings();
  if (is("vfork-and-parent"))
    return crashAfterVfork();
  if (is("no-thread-pointer") || is("breakpoint-no-thread-pointer"))
    crashWithoutThreadPointer();
  if (is("heap-in-thread")) {
    pthread_t Thread;
    pthread_create(&Thread, nullptr, breakHeap, nullptr);
    pthread_join(Thread, nullptr);
  }
  return crashAlone();
}
