int Counter;

int main(void) {
  __atomic_fetch_add(&Counter, 3, __ATOMIC_SEQ_CST);
  return Counter - 3;
}
