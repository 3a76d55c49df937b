// Calls back from a function that only this file knows.
int callback(int (*function)(int *), int *argument);
volatile int calls;

__attribute__((noinline)) static int callTwice(int (*function)(int *),
                                               int *argument) {
  calls += function(argument) + calls;
  calls += function(argument) + calls;
  return calls;
}

int callback(int (*function)(int *), int *argument) {
  if (callTwice(function, argument) != 0)
    calls += 1;
  return calls;
}
