// Is a weak thread-local variable that nobody defines no error, as long as nobody
// touches it?
//
// RUN: %split %s %t
// RUN: %linked --status 3 main=%t/main.c object:-fPIC=%t/part.c
// RUN: %linked --status 3 main=%t/main.c gcc:-fPIC=%t/part.c
//
// And where the code says that a library does not have it.
// RUN: %linked --status 3 main=%t/main.c object:-fPIC:-ftls-model=local-dynamic=%t/address.c
// RUN: %linked --status 3 main=%t/main.c gcc:-fPIC:-ftls-model=local-dynamic=%t/address.c
//
// And by a descriptor, whose function is called to have the address.
// RUN: %linked --levels=0,2 --status 3 main=%t/main.c object:-fPIC:-mtls-dialect=gnu2=%t/address.c
// RUN: %linked --status 3 main=%t/main.c gcc:-fPIC:-mtls-dialect=gnu2=%t/address.c

//--- main.c
int part(int);
int main(void) { return part(0); }
//--- part.c
extern __thread int Nowhere __attribute__((weak));
int part(int Touches) { return Touches ? Nowhere : 3; }
//--- address.c
extern __thread int Nowhere __attribute__((weak));
__thread int Somewhere = 3;
int *volatile Address;
int part(int Touches) {
  Address = &Nowhere;
  return Touches ? *Address : Somewhere;
}
