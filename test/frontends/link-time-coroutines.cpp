// Do coroutines run that -flto leaves to be finished by the linker?
//
// RUN: %same --status 15 --flags="-std=c++20 -flto" --link=-fuse-ld=lld %s

#include <coroutine>
#include <cstdio>

struct Numbers {
  struct promise_type {
    int Value = 0;
    Numbers get_return_object() {
      return {std::coroutine_handle<promise_type>::from_promise(*this)};
    }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    std::suspend_always yield_value(int Next) {
      Value = Next;
      return {};
    }
    void return_void() {}
    void unhandled_exception() {}
  };
  std::coroutine_handle<promise_type> Handle;
};

static Numbers count(int From, int To) {
  for (int I = From; I <= To; ++I)
    co_yield I;
}

[[gnu::noinline]] static int resume(std::coroutine_handle<> Any) {
  Any.resume();
  return Any.done();
}

int main() {
  int Sum = 0;
  Numbers All = count(1, 5);
  while (!resume(All.Handle)) {
    Sum += All.Handle.promise().Value;
    std::printf("%d\n", Sum);
  }
  All.Handle.destroy();
  return Sum;
}
