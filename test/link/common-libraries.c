// Is a common symbol as large as libraries have it: those that are linked, and under
// --as-needed those that only another library needs?
//
// GNU ld takes a library's variable that starts as zeroes for a common one (bfd's
// elflink.c), of which the largest size counts.
//
// RUN: %split %s %t && cd %t
// RUN: %clang -shared -fPIC library.c -o libzeroes.so
// RUN: %clang -shared -fPIC user.c -L. -Wl,--no-as-needed -lzeroes -Wl,-rpath,%t -o libuser.so
// RUN: %linked --flags=-fcommon --link="-L%t -Wl,--as-needed -lzeroes -luser -Wl,-rpath,%t" \
// RUN:   --remote="-L%t --as-needed -lzeroes -luser" main=%t/main.c object=%t/part.c
// RUN: %linked --flags=-fcommon --link="-L%t -Wl,--no-as-needed -lzeroes -luser -Wl,-rpath,%t" \
// RUN:   --remote="-L%t -lzeroes -luser" main=%t/main.c module=%t/part.c

//--- main.c
#include <stdio.h>
int Zeroes[1], Behind[1];
int *part(void);
int fill(int *From);
int main(void) {
  printf("%d\n", fill(Zeroes));
  printf("%d %d\n", Zeroes[0], Behind[0]);
  printf("%d\n", part() == Zeroes);
}
//--- part.c
int Zeroes[1], Behind[1];
int *part(void) { return Zeroes; }
//--- library.c
int Zeroes[1000];
void set(void) {
  for (int I = 0; I != 1000; ++I)
    Zeroes[I] = I + 1;
}
//--- user.c
extern int Zeroes[1000];
void set(void);
int fill(int *From) {
  set();
  return (From == Zeroes) * 10000 + From[999];
}
