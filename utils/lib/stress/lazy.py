"""Threads that call functions that are not there yet, while everything else happens.

Each round is a run, with --lazy=on, of a generated program: its threads call
functions at random and compare what they return with what they should; some throw,
or leave by longjmp. Meanwhile threads fork, have children of vfork, and send each
other signals, whose handlers call such functions, too.
"""

import os
import random

import ir_inputs
from confinement import Limits

WHAT = "rounds of 64 threads that call 10,000 functions that come later"
ROUNDS, FUNCTIONS, THREADS, CALLS = 1000, 10000, 64, 300
SAMPLE_ROUNDS, SAMPLE_FUNCTIONS, SAMPLE_THREADS, SAMPLE_CALLS = 4, 400, 16, 150
OPTIONS = ((), ("-j1",), ("-O0",), ("-j4",))
SECONDS = 300

# What a function does with its result, by number, in the tables of the program.
LEAF, CALLS_ONE, THROWS, JUMPS, FLOATS, VIRTUAL, STATIC, LOOPS = range(8)
CHANCES = (30, 40, 5, 3, 8, 5, 3, 6)

BODIES = {
    LEAF: "return X * {a}u + {b}u;",
    CALLS_ONE: "return f{callee}(X ^ {a}u) + {b}u;",
    THROWS: "Noisy Here; throw Thrown{{X * {a}u + {b}u}};",
    JUMPS: "std::longjmp(Back, int(X * {a}u + {b}u) | 1);",
    FLOATS: "double D = X % 4096; return unsigned(D * {a}.0 + {b}.0);",
    VIRTUAL: "return virtually(X * {a}u + {b}u);",
    STATIC: "static const unsigned B = same({b}u); return X * {a}u + B;",
    LOOPS: "for (int N = 0; N != 9; ++N) X = X * {a}u + {b}u; return X;",
}

HEAD = r"""
#include <atomic>
#include <csetjmp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

struct Thrown { unsigned Value; };
static std::atomic<long> Alive;
struct Noisy {
  Noisy() { ++Alive; }
  ~Noisy() { --Alive; }
};
struct Base { virtual unsigned its(unsigned X) { return X; } virtual ~Base() {} };
struct Derived : Base { unsigned its(unsigned X) override { return ~X; } };
static Derived One;
static Base *volatile Some = &One;
[[gnu::noinline]] static unsigned virtually(unsigned X) { return Some->its(X); }
[[gnu::noinline]] static unsigned same(unsigned X) { return X; }
// Referred to by its address alone, so that functions with it come later, too.
static __thread std::jmp_buf OfThread;
#define Back (*jumpsTo())
[[gnu::noinline]] static std::jmp_buf *jumpsTo() { return &OfThread; }
"""

TAIL = r"""
typedef unsigned Function(unsigned);
struct Known { Function *Do; unsigned A, B; int Kind, Callee; };
static const Known All[] = {
%s};
enum { Count = sizeof All / sizeof *All };

// What comes of it, and how: 0 returned, 1 thrown, 2 jumped.
static unsigned expected(int Number, unsigned X, int &How) {
  const Known &Its = All[Number];
  How = 0;
  switch (Its.Kind) {
  case 1: {
    unsigned Value = expected(Its.Callee, X ^ Its.A, How);
    return How == 0 ? Value + Its.B : Value;
  }
  case 2:
    How = 1;
    break;
  case 3:
    How = 2;
    return (X * Its.A + Its.B) | 1;
  case 4:
    return unsigned(double(X %% 4096) * Its.A + Its.B);
  case 5:
    return ~(X * Its.A + Its.B);
  case 7:
    for (int N = 0; N != 9; ++N)
      X = X * Its.A + Its.B;
    return X;
  }
  return X * Its.A + Its.B;
}
static unsigned tried(int Number, unsigned X, int &How) {
  How = 0;
  if (int Value = setjmp(OfThread)) {
    How = 2;
    return unsigned(Value);
  }
  try {
    return All[Number].Do(X);
  } catch (const Thrown &It) {
    How = 1;
    return It.Value;
  }
}
// A handler may have interrupted, and a child has none of those who are in, the
// initialization of a local variable.
static bool initializes(int Number) {
  while (All[Number].Kind == 1)
    Number = All[Number].Callee;
  return All[Number].Kind == 6;
}
[[gnu::noinline]] static bool isRight(int Number, unsigned X) {
  int Wanted, Got;
  unsigned Want = expected(Number, X, Wanted), Have = tried(Number, X, Got);
  if (Want == Have && Wanted == Got)
    return true;
  dprintf(2, "f%%d(%%u): %%u by %%d, not %%u by %%d\n", Number, X, Have, Got, Want, Wanted);
  return false;
}

struct Random {
  unsigned long State;
  unsigned operator()(unsigned Below) {
    State = State * 6364136223846793005ul + 1442695040888963407ul;
    return unsigned(State >> 33) %% Below;
  }
};
static std::atomic<int> Wrong, InHandlers;
static std::atomic<unsigned> Next;
static pthread_t Threads[%d];
enum { ThreadCount = sizeof Threads / sizeof *Threads };
static pthread_barrier_t Barrier;

static void handle(int) {
  // One that returns: the place to jump to is in use.
  for (unsigned Tries = 0; Tries != 50; ++Tries) {
    int Number = int(++Next * 7919 %% Count), How;
    unsigned Want = expected(Number, Tries, How);
    if (How != 0 || initializes(Number))
      continue;
    Wrong += All[Number].Do(Tries) != Want;
    ++InHandlers;
    return;
  }
}
static void inChild(Random &Its) {
  bool Right = true;
  for (int Times = 0; Times != 3; ++Times) {
    int Number = int(Its(Count));
    Right &= initializes(Number) || isRight(Number, Its(1000));
  }
  _exit(Right ? 0 : 1);
}
static void *work(void *Seed) {
  Random Its = {reinterpret_cast<unsigned long>(Seed) * 2654435761u + 1};
  pthread_barrier_wait(&Barrier);
  for (int Times = 0; Times != %d; ++Times) {
    unsigned Chance = Its(100);
    int Status = 0;
    if (Chance < 3) {
      pid_t Child = fork();
      if (Child == 0)
        inChild(Its);
      while (waitpid(Child, &Status, 0) == -1)
        ;
    } else if (Chance < 5) {
      int Number = 0, How = 1;
      while (How != 0 || initializes(Number))
        expected(Number = int(Its(Count)), 5, How);
      unsigned Want = expected(Number, 5, How);
      pid_t Child = vfork();
      if (Child == 0)
        _exit(All[Number].Do(5) == Want ? 0 : 1);
      while (waitpid(Child, &Status, 0) == -1)
        ;
    } else if (Chance < 10)
      pthread_kill(Threads[Its(ThreadCount)], SIGUSR1);
    else
      Status = !isRight(int(Its(Count)), Its(100000));
    if (Status != 0) {
      ++Wrong;
      dprintf(2, "status %%x at a chance of %%u\n", Status, Chance);
    }
  }
  pthread_barrier_wait(&Barrier);
  return nullptr;
}
int main(int, char **Arguments) {
  unsigned long Seed = std::strtoul(Arguments[1], nullptr, 10);
  struct sigaction Action = {};
  Action.sa_handler = handle;
  Action.sa_flags = SA_RESTART;
  sigaction(SIGUSR1, &Action, nullptr);
  pthread_barrier_init(&Barrier, nullptr, ThreadCount);
  for (int Number = 0; Number != ThreadCount; ++Number)
    if (pthread_create(&Threads[Number], nullptr, work,
                       reinterpret_cast<void *>(Seed * ThreadCount + Number)))
      return 2;
  for (pthread_t Thread : Threads)
    pthread_join(Thread, nullptr);
  std::printf("alive %%ld, wrong %%d\n", Alive.load(), Wrong.load());
  return Wrong != 0;
}
"""
EXPECTED = b"alive 0, wrong 0\n"


def source(functions, threads, calls, seed):
    chance = random.Random(seed)
    declarations, bodies, table = [], [], []
    for number in range(functions):
        kind = chance.choices(range(len(CHANCES)), CHANCES)[0]
        if kind == CALLS_ONE and number == functions - 1:
            kind = LEAF
        values = {"a": chance.randrange(1, 1000), "b": chance.randrange(1, 100000),
                  "callee": chance.randrange(number + 1, functions)
                  if kind == CALLS_ONE else 0}
        declarations.append("unsigned f%d(unsigned X);" % number)
        # Nobody sees through a call.
        bodies.append("[[gnu::noinline]] unsigned f%d(unsigned X) { %s }" % (
            number, BODIES[kind].format(**values)))
        table.append("{f%d, %d, %d, %d, %d}," % (
            number, values["a"], values["b"], kind, values["callee"]))
    return "\n".join((HEAD, *declarations, *bodies,
                      TAIL % ("\n".join(table), threads, calls)))


def build(settings, folder):
    folder.mkdir()
    sizes = ((SAMPLE_FUNCTIONS, SAMPLE_THREADS, SAMPLE_CALLS) if settings.sample
             else (FUNCTIONS, THREADS, CALLS))
    path = folder / "calls.cpp"
    path.write_text(source(*sizes, settings.seed))
    ir_inputs.run_compiler([settings.llvm / "clang++", "-O1", "-c", "-emit-llvm",
                            path, "-o", path.with_suffix(".bc")])
    return path.with_suffix(".bc")


class Round:
    def __init__(self, settings, program):
        self.settings, self.program = settings, program

    def __call__(self, confinement, number):
        folder = confinement.new_folder()
        ended = confinement.run(
            [str(self.settings.remote_run), "--lazy=on",
             *OPTIONS[number % len(OPTIONS)], str(self.program),
             str(self.settings.seed * 100000 + number)],
            Limits(seconds=SECONDS, cpu=2 * SECONDS, processes=4000,
                   linger=SECONDS, **self.settings.memory))
        return list(self.problems(ended, os.listdir(folder)))

    @staticmethod
    def problems(ended, files):
        if ended.timed_out:
            yield "no end"
        if ended.status != 0:
            yield "status %d" % ended.status
        if ended.stdout != EXPECTED:
            yield "output %.100r" % ended.stdout
        if ended.stderr:
            yield "said %.300r" % ended.stderr
        if ended.left:
            yield "left processes: " + ", ".join(ended.left)
        if files:
            yield "left files: " + ", ".join(files)


def run(settings):
    program = build(settings, settings.scratch / "program")
    wrong = []
    numbers = settings.numbers(SAMPLE_ROUNDS if settings.sample else ROUNDS)
    for number, found in settings.spread(Round(settings, program), numbers,
                                         jobs=1 if settings.sample else None):
        if found:
            text = "round %d: %s" % (number, "; ".join(found))
            settings.complain(text)
            wrong.append(text)
    return {"what": WHAT, "cases": len(numbers), "wrong": len(wrong),
            "list": wrong}


def summary(_):
    return ()
