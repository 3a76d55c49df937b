// Does libc allocate with the malloc that the program defines?
// libc's memory is the sanitizer's.
// UNSUPPORTED: sanitized-executor
// RUN: %same %s

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
static char pool[1 << 20];
static size_t used;
static int calls;
void *malloc(size_t n) {
  calls++;
  n = (n + 31) & ~15ul;
  char *p = pool + used;
  used += n;
  *(size_t *)p = n - 16;
  return p + 16;
}
void free(void *p) {
  if (p && ((char *)p < pool || (char *)p >= pool + sizeof pool)) {
    write(2, "foreign free\n", 13);
    abort();
  }
}
void *calloc(size_t a, size_t b) {
  void *p = malloc(a * b);
  memset(p, 0, a * b);
  return p;
}
void *realloc(void *p, size_t n) {
  void *q = malloc(n);
  if (p)
    memcpy(q, p, n);
  return q;
}
int main() {
  char *s = strdup("hello");
  printf("%s %d\n", s, (s > pool && s < pool + sizeof pool));
  free(s);
  char *l = 0;
  size_t n = 0;
  FILE *f = tmpfile();
  fputs("line\n", f);
  rewind(f);
  getline(&l, &n, f);
  printf("%s %d\n", l, l > pool && l < pool + sizeof pool);
  free(l);
  fclose(f);
  return calls;
}
