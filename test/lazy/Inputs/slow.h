// A function that takes most of a second to compile well: NAME(unsigned).
// What is merged in floating point is not compiled fast first.
#define STEP(X) \
  X = X * 1.0001f + (float)((int)X % 7 - 3); \
  if (X > 1e6f) \
    X = X / 3.0f - 1.0f;
#define STEPS8(X) STEP(X) STEP(X) STEP(X) STEP(X) STEP(X) STEP(X) STEP(X) STEP(X)
#define STEPS64(X) \
  STEPS8(X) STEPS8(X) STEPS8(X) STEPS8(X) STEPS8(X) STEPS8(X) STEPS8(X) STEPS8(X)
#define STEPS512(X) \
  STEPS64(X) STEPS64(X) STEPS64(X) STEPS64(X) STEPS64(X) STEPS64(X) STEPS64(X) \
  STEPS64(X)
#define SLOW(NAME) \
  __attribute__((noinline)) float NAME(float X) { \
    _Pragma("clang fp contract(fast) reassociate(on)") \
    STEPS512(X) STEPS512(X) STEPS512(X) STEPS512(X) \
    return X; \
  }
