// Is a weak thread-local variable that nobody defines no error, as long as nobody
// touches it?
//
// RUN: %split %s %t
// RUN: %linked --status 3 main=%t/main.c object:-fPIC=%t/part.c
// RUN: %linked --status 3 main=%t/main.c gcc:-fPIC=%t/part.c

//--- main.c
int part(int);
int main(void) { return part(0); }
//--- part.c
extern __thread int Nowhere __attribute__((weak));
int part(int Touches) { return Touches ? Nowhere : 3; }
