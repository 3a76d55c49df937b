// Loops that vectorize, fused multiplication, shifts and bits, and what a
// function says of its own processor.

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <numeric>
#include <vector>

using Wide [[gnu::vector_size(32)]] = float;

template <class T> [[gnu::noinline]] T dot(const std::vector<T> &A, T Scale) {
  T Sum = 0;
  for (T Value : A)
    Sum += Value * Scale + Value;
  return Sum;
}

[[gnu::noinline]] Wide shuffle(Wide A, Wide B) {
  return __builtin_shufflevector(A, B, 7, 8, 6, 9, 5, 10, 4, 11) * A + B;
}

[[gnu::noinline]] double polynomial(double X) {
  return std::fma(std::fma(X, 1.5, -0.25), X, std::fma(X, 3.0, 1e-9));
}

[[gnu::target("avx2"), gnu::noinline]] int64_t inAvx2(const int64_t *A) {
  int64_t Sum = 0;
  for (int I = 0; I != 64; ++I)
    Sum += A[I] << (A[I] & 7);
  return Sum;
}

int main() {
  std::vector<double> Doubles(1003);
  std::iota(Doubles.begin(), Doubles.end(), 0.5);
  std::vector<int> Integers(1003);
  std::iota(Integers.begin(), Integers.end(), -300);
  std::printf("%.17g %d\n", dot(Doubles, 1.25), dot(Integers, 3));
  Wide A = {1, 2, 3, 4, 5, 6, 7, 8}, B = A * 0.5f;
  Wide C = shuffle(A, B);
  for (int I = 0; I != 8; ++I)
    std::printf("%g ", C[I]);
  std::printf("%a %a\n", polynomial(1.1), std::floor(-2.5) + std::rint(2.5));
  uint64_t Bits = 0x00f0f0f012345678;
  std::printf("%d %d %d %llx\n", std::popcount(Bits), std::countl_zero(Bits),
              std::countr_zero(Bits),
              static_cast<unsigned long long>(__builtin_bswap64(Bits)));
  std::array<int64_t, 64> Longs;
  std::iota(Longs.begin(), Longs.end(), 100);
  if (__builtin_cpu_supports("avx2"))
    std::printf("%lld\n", static_cast<long long>(inAvx2(Longs.data())));
  char Text[200];
  std::memset(Text, 'v', sizeof(Text) - 1);
  Text[sizeof(Text) - 1] = 0;
  std::printf("%zu\n", std::strlen(Text));
}
