// Do the threads of C++ work, with everything that they synchronise by?
// RUN: %same --status 0 --flags=-std=c++20 %s

#include <array>
#include <atomic>
#include <barrier>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <future>
#include <latch>
#include <mutex>
#include <numeric>
#include <queue>
#include <semaphore>
#include <shared_mutex>
#include <stop_token>
#include <thread>
#include <vector>

static void queue() {
  std::mutex Mutex;
  std::condition_variable Changed;
  std::queue<int> Items;
  long Sum = 0;
  std::thread Consumer([&] {
    for (int I = 0; I < 1000; ++I) {
      std::unique_lock Lock(Mutex);
      Changed.wait(Lock, [&] { return !Items.empty(); });
      Sum += Items.front();
      Items.pop();
    }
  });
  for (int I = 0; I < 1000; ++I) {
    {
      std::lock_guard Lock(Mutex);
      Items.push(I);
    }
    Changed.notify_one();
  }
  Consumer.join();
  std::printf("queue %ld\n", Sum);
}

static void once() {
  static std::once_flag Flag;
  std::atomic<int> Calls = 0;
  std::vector<std::thread> Threads;
  for (int I = 0; I < 8; ++I)
    Threads.emplace_back(
        [&] { std::call_once(Flag, [&](int N) { Calls += N; }, 3); });
  for (auto &T : Threads)
    T.join();
  std::printf("call_once %d\n", Calls.load());
}

static int futures() {
  auto A = std::async(std::launch::async, [] { return 20; });
  auto B = std::async(std::launch::deferred, [] { return 20; });
  std::packaged_task<int(int)> Task([](int I) { return I; });
  auto C = Task.get_future();
  std::thread(std::move(Task), 1).join();
  std::promise<int> Promise;
  auto D = Promise.get_future().share();
  std::jthread Setter([&] { Promise.set_value_at_thread_exit(1); });
  return A.get() + B.get() + C.get() + D.get();
}

static void waiting() {
  std::atomic<int> Value = 0;
  std::jthread Waker([&] {
    Value = 1;
    Value.notify_all();
  });
  Value.wait(0);
  std::latch Latch(3);
  std::barrier Barrier(3);
  std::counting_semaphore<4> Semaphore(0);
  std::atomic<int> Total = 0;
  {
    std::vector<std::jthread> Threads;
    for (int I = 0; I < 3; ++I)
      Threads.emplace_back([&] {
        Latch.arrive_and_wait();
        for (int J = 0; J < 50; ++J) {
          ++Total;
          Barrier.arrive_and_wait();
        }
        Semaphore.release();
      });
    for (int I = 0; I < 3; ++I)
      Semaphore.acquire();
  }
  std::printf("waiting %d\n", Total.load());
}

static void stopping() {
  std::jthread Thread([](std::stop_token Stop) {
    std::mutex Mutex;
    std::condition_variable_any Never;
    std::unique_lock Lock(Mutex);
    Never.wait(Lock, Stop, [] { return false; });
    std::printf("stopped %d\n", Stop.stop_requested());
  });
  Thread.request_stop();
}

static const std::vector<int> &localStatic() {
  static const std::vector<int> Values = [] {
    std::printf("initialised\n");
    std::vector<int> Made(100);
    std::iota(Made.begin(), Made.end(), 0);
    return Made;
  }();
  return Values;
}

int main() {
  queue();
  once();
  std::printf("futures %d\n", futures());
  waiting();
  stopping();
  std::vector<std::jthread> Threads;
  for (int I = 0; I < 8; ++I)
    Threads.emplace_back([] { localStatic(); });
  Threads.clear();
  std::shared_mutex Shared;
  std::shared_lock Reader(Shared);
  std::printf("locked %d\n", Shared.try_lock());
  std::timed_mutex Timed;
  Timed.lock();
  std::thread([&] {
    std::printf("timed %d\n", Timed.try_lock_for(std::chrono::milliseconds(1)));
  }).join();
  return std::thread::hardware_concurrency() > 0 ? 0 : 1;
}
