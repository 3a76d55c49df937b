// Does -fopenmp run with libomp: threads, tasks, reductions, thread-private and
// atomic variables, exceptions inside, however the library is named?
//
// REQUIRES: openmp
// DEFINE: %{openmp} = %same --status 20 --flags=-fopenmp --link="-fopenmp -L%openmp-folder -Wl,-rpath,%openmp-folder" %s
// RUN: %{openmp} --remote="-L%openmp-folder -lomp"
// RUN: %{openmp} --levels=2 --remote=--dlopen=%openmp-folder/libomp.so.5
// RUN: %{openmp} --levels=1 --remote="-L%openmp-folder -lomp" --under "env OMP_NUM_THREADS=1 OMP_DYNAMIC=false"
// RUN: %{openmp} --levels=1 "--remote=-L%openmp-folder -lomp -code-model=large -relocation-model=static"
// RUN: %same --status 20 --levels=2 --flags="-fopenmp -femulated-tls -fopenmp-simd" \
// RUN:   --link="-fopenmp -L%openmp-folder -Wl,-rpath,%openmp-folder" --remote="-L%openmp-folder -lomp" %s

#include <cstdio>
#include <numeric>
#include <stdexcept>
#include <vector>

// As <omp.h> has them, which is in another package for every LLVM.
extern "C" int omp_get_thread_num(void), omp_get_max_threads(void);
extern "C" int omp_in_parallel(void), omp_get_num_threads(void);

static int Private = 7;
#pragma omp threadprivate(Private)

struct Sum {
  double Value = 0;
  void add(const Sum &Other) { Value += Other.Value; }
};
#pragma omp declare reduction(add : Sum : omp_out.add(omp_in))

static long fibonacci(int Number) {
  if (Number < 2)
    return Number;
  long Left, Right;
#pragma omp task shared(Left) if (Number > 12)
  Left = fibonacci(Number - 1);
#pragma omp task shared(Right) if (Number > 12)
  Right = fibonacci(Number - 2);
#pragma omp taskwait
  return Left + Right;
}

static void reduce() {
  std::vector<double> Values(10000);
#pragma omp parallel for schedule(dynamic, 7)
  for (int I = 0; I < 10000; ++I)
    Values[I] = I * 0.5;
  double Total = 0;
  int Greatest = 0;
#pragma omp parallel for reduction(+ : Total) reduction(max : Greatest)
  for (int I = 0; I < 10000; ++I) {
    Total += Values[I];
    Greatest = Greatest < I ? I : Greatest;
  }
  Sum Own;
#pragma omp parallel for reduction(add : Own) schedule(guided)
  for (int I = 0; I < 100; ++I)
    Own.Value += I;
  std::printf("%.1f %d %.1f\n", Total, Greatest, Own.Value);
}

static void share() {
  int Atomic = 0, Critical = 0, Copied = 0, Late = 0;
#pragma omp parallel num_threads(4) copyin(Private) reduction(+ : Copied)
  {
    Copied += Private;
    Private += omp_get_thread_num();
    for (int I = 0; I < 1000; ++I) {
#pragma omp atomic
      ++Atomic;
#pragma omp critical(name)
      ++Critical;
    }
#pragma omp barrier
#pragma omp single
    Late = Atomic;
  }
  int Kept = 0;
#pragma omp parallel num_threads(4) reduction(+ : Kept)
  Kept += Private;
  std::printf("%d %d %d %d %d\n", Atomic, Critical, Copied, Late, Kept);
}

static void order() {
  int Caught = 0;
#pragma omp parallel for
  for (int I = 0; I < 40; ++I) {
    try {
      if (I % 3 == 0)
        throw std::runtime_error("third");
    } catch (const std::exception &) {
#pragma omp atomic
      ++Caught;
    }
  }
#pragma omp parallel for ordered
  for (int I = 0; I < 8; ++I) {
#pragma omp ordered
    std::printf("%d ", I);
  }
  int Chain = 0;
#pragma omp parallel num_threads(3)
#pragma omp single
  {
#pragma omp task depend(out : Chain)
    Chain = 1;
#pragma omp task depend(inout : Chain)
    Chain = Chain * 10 + 2;
#pragma omp task depend(in : Chain)
    std::printf("%d\n", Chain);
  }
  std::printf("%d\n", Caught);
}

int main() {
  reduce();
  share();
  order();
  long Fibonacci = 0;
#pragma omp parallel
#pragma omp single
  Fibonacci = fibonacci(20);
  int Parts[8];
  std::iota(Parts, Parts + 8, 0);
#pragma omp parallel sections
  {
#pragma omp section
    Parts[0] = 100;
#pragma omp section
    Parts[1] = 200;
  }
#pragma omp taskloop grainsize(3) shared(Parts)
  for (int I = 2; I < 8; ++I)
    Parts[I] += 1;
#pragma omp simd
  for (int I = 0; I < 8; ++I)
    Parts[I] *= 2;
  int Offloaded = 3;
#pragma omp target map(tofrom : Offloaded)
  Offloaded += Parts[0];
  std::printf("%ld %d %d %d\n", Fibonacci, Parts[1], Offloaded,
              omp_in_parallel());
  // 16 with every number of threads, and four.
  return Parts[7] + 4;
}
