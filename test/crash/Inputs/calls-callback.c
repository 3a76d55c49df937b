// Crashes in a function that another file calls.
int callback(int (*function)(int *), int *argument);

int fail(int *nowhere);

int fail(int *nowhere) {
  return *nowhere;
}

int main(void) {
  int *volatile nowhere = 0;
  return callback(fail, nowhere);
}
