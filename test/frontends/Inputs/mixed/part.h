extern __thread int PerThread;
struct Point {
  long X;
  double Y;
  int Z[4];
};
struct Point part(const char *Name, int Number);
int other(int Number, ...);

