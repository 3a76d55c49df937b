__attribute__((noinline)) static int weigh(const int *P, int Count) {
  int Sum = 0;
  for (int I = 0; I < Count; ++I)
    Sum += P[I] * I;
  return Sum;
}
int main(int Count, char **Arguments) {
  int Data[] = {1, 2, 3, Count};
  return weigh(Data, Count + 3) == 11 ? 0 : 1;
}
