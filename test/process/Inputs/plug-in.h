struct Task {
  virtual ~Task();
  virtual int run(int) = 0;
};

inline int &counter() {
  static int Count;
  return Count;
}

extern "C" int callHost(int);
