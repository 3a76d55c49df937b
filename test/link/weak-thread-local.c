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
// It is refused if a library has it, after all. (On aarch64 compilers do not say it.)
// RUN: %clang -O1 -shared -fPIC %t/nowhere.c -o %t/libnowhere.so
// RUN: %clang -O1 -fPIC -ftls-model=local-dynamic -c %t/address.c -o %t/address.o
// RUN: %clang -O1 -c -emit-llvm %t/main.c -o %t/main.bc
// RUN: %if host-x86_64 %{ \
// RUN:   not %bare-remote-run -L%t -lnowhere --extra-object=%t/address.o %t/main.bc 2>&1 \
// RUN:     | FileCheck %s %}
// CHECK: error: cannot link object '{{.*}}address.o': no input defines its thread-local variable 'Nowhere'
//
// And by a descriptor, whose function is called to have the address.
// RUN: %linked --levels=0,2 --status 3 main=%t/main.c object:-fPIC%if host-x86_64 %{:-mtls-dialect=gnu2%}=%t/address.c
// RUN: %linked --status 3 main=%t/main.c gcc:-fPIC:-mtls-dialect=%if host-aarch64 %{desc%} %else %{gnu2%}=%t/address.c

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
//--- nowhere.c
__thread int Nowhere = 1;
