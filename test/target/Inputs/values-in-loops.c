// Values of all kinds that a loop has at hand when it begins anew, and results of all
// kinds that its function gives.
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define APART __attribute__((noinline))

struct Pair {
  double First;
  int64_t Second;
};
struct Large {
  uint32_t Numbers[20];
};
struct Small {
  int8_t A;
  uint16_t B;
};

static volatile int Rounds = 5;

APART static struct Pair pair(struct Pair By, float Less, int8_t Small) {
  for (int I = 0; I < Rounds; ++I) {
    By.First = By.First * 1.5 - Less;
    By.Second += Small + I;
    Less += 0.25f;
    --Small;
  }
  return By;
}

APART static struct Large large(struct Large By, uint64_t Seed) {
  for (int I = 0; I < Rounds; ++I)
    for (unsigned J = 0; J != 20; ++J) {
      By.Numbers[J] ^= (uint32_t)(Seed >> 16);
      Seed = Seed * 6364136223846793005u + J;
    }
  return By;
}

APART static struct Small small(struct Small By) {
  for (int I = 0; I < Rounds; ++I) {
    By.A = (int8_t)(By.A * 3);
    By.B = (uint16_t)(By.B + 40000);
  }
  return By;
}

APART static int8_t narrow(int8_t A, uint8_t B, int16_t C, uint16_t D, bool E) {
  for (int I = 0; I < Rounds; ++I) {
    A = (int8_t)(A + B);
    B = (uint8_t)(B * 7);
    C = (int16_t)(C - A);
    D = (uint16_t)(D + C);
    E = E != (D > 30000);
  }
  printf("%d %d %d %d\n", B, C, D, E);
  return A;
}

// More than registers are there for.
APART static double many(int A, double B, int C, double D, int E, double F,
                         int G, double H, int I, double J, int K, double L,
                         int M, double N, int O, double P, int Q, double R) {
  for (int Round = 0; Round < Rounds; ++Round) {
    A += C; C += E; E += G; G += I; I += K; K += M; M += O; O += Q; Q += A;
    B += D; D += F; F += H; H += J; J += L; L += N; N += P; P += R; R += B;
  }
  printf("%d %d %d %d %d\n", A, C, E, G, Q);
  return B + D + F + H + J + L + N + P + R;
}

APART static int64_t listed(int Count, va_list Rest) {
  int64_t Sum = 0;
  for (int I = 0; I != Count; ++I)
    Sum = Sum * 10 + (I % 2 ? (int64_t)va_arg(Rest, double) : va_arg(Rest, int));
  return Sum;
}

APART static int64_t variadic(int Count, ...) {
  va_list Rest;
  va_start(Rest, Count);
  int64_t Sum = listed(Count, Rest);
  va_end(Rest);
  return Sum;
}

APART static void through(uint64_t *To, const char *Text) {
  uint64_t Held[4] = {1, 2, 3, 4};
  for (; *Text; ++Text)
    for (int I = 0; I != 4; ++I)
      Held[I] = Held[(I + 1) % 4] * 31 + (unsigned char)*Text;
  for (int I = 0; I != 4; ++I)
    To[I] = Held[I];
}

int main(void) {
  struct Pair P = pair((struct Pair){2, -7}, 0.5f, 100);
  printf("%g %lld\n", P.First, (long long)P.Second);
  struct Large L = large((struct Large){{1, 2, 3}}, 12345);
  for (int I = 0; I != 20; ++I)
    printf("%u ", L.Numbers[I]);
  struct Small S = small((struct Small){-5, 60000});
  printf("\n%d %d\n", S.A, S.B);
  printf("%d\n", narrow(-100, 250, 32000, 65000, true));
  printf("%g\n", many(1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 5.5, 6, 6.5, 7, 7.5, 8,
                      8.5, 9, 9.5));
  printf("%lld\n", (long long)variadic(6, 1, 2.0, 3, 4.0, 5, 6.0));
  uint64_t To[4];
  through(To, "what is handed over");
  for (int I = 0; I != 4; ++I)
    printf("%llu\n", (unsigned long long)To[I]);
}
