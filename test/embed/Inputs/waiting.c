/* Waits until somebody writes to go_on. */
volatile int is_inside, go_on;

__attribute__((noinline)) static int half(int question) {
  is_inside = 1;
  while (!go_on)
    continue;
  return question;
}

int twice(int question) {
  int first = half(question);
  return first + half(question);
}
