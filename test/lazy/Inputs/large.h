// LARGE; makes a function too large to be compiled at once because it is small.
#define LARGE8(X) X = 1, X = 2, X = 3, X = 4, X = 5, X = 6, X = 7, X = 8
#define LARGE \
  do { \
    volatile char Large; \
    LARGE8(Large), LARGE8(Large), LARGE8(Large); \
  } while (0)
