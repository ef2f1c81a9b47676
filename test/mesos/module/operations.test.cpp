#include "module/operations.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <barrier>
#include <chrono>
#include <future>
#include <mutex>
#include <vector>

namespace dvdi {
namespace {

using namespace std::chrono_literals;

/** Longer than anything here takes, on any machine. */
constexpr auto patience = 60s;

/** Ends when it is asked to, and not before. */
void hang(const std::stop_token& stop) {
  std::promise<void> asked;
  const std::stop_callback onStop(stop, [&asked] { asked.set_value(); });
  asked.get_future().wait();
}

TEST(OperationsTest, RunsLanesAtOnce) {
  Operations operations;
  // Neither ends before the other has begun.
  auto both = std::make_shared<std::barrier<>>(3);
  operations.start("a", [both](auto) { both->arrive_and_wait(); });
  operations.start("b", [both](auto) { both->arrive_and_wait(); });
  both->arrive_and_wait();
}

TEST(OperationsTest, KeepsTheOrderOfALane) {
  std::vector<int> order;
  {
    Operations operations;
    std::promise<void> done;
    for (int i = 0; i < 100; ++i) {
      operations.start("a", [&order, &done, i](auto) {
        order.push_back(i);
        if (i == 99) done.set_value();
      });
    }
    ASSERT_EQ(done.get_future().wait_for(patience), std::future_status::ready);
  }
  ASSERT_EQ(order.size(), 100U);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(order[static_cast<std::size_t>(i)], i);
}

TEST(OperationsTest, LetsNobodyWaitForAnotherLaneThatHangs) {
  Operations operations;
  for (int i = 0; i < 20; ++i) operations.start("hangs " + std::to_string(i), [](auto stop) { hang(stop); });
  std::atomic<int> count = 0;
  std::promise<void> done;
  for (int i = 0; i < 200; ++i) {
    operations.start("lane " + std::to_string(i), [&](auto) {
      if (++count == 200) done.set_value();
    });
  }
  EXPECT_EQ(done.get_future().wait_for(patience), std::future_status::ready);
}

TEST(OperationsTest, HasNoMoreThreadsThanAllowed) {
  std::atomic<int> running = 0;
  std::atomic<int> most = 0;
  std::atomic<int> count = 0;
  std::promise<void> done;
  Operations operations(2);
  for (int i = 0; i < 50; ++i) {
    operations.start("lane " + std::to_string(i), [&](auto) {
      const int now = ++running;
      int seen = most;
      while (seen < now && !most.compare_exchange_weak(seen, now)) {
      }
      --running;
      if (++count == 50) done.set_value();
    });
  }
  ASSERT_EQ(done.get_future().wait_for(patience), std::future_status::ready);
  EXPECT_LE(most, 2);
}

TEST(OperationsTest, AsksAllForAStopAtItsEndAndWaitsForThem) {
  std::promise<void> begun;
  bool wasStopped = false;
  int later = 0;
  {
    Operations operations(1);
    operations.start("a", [&](auto stop) {
      begun.set_value();
      hang(stop);
      wasStopped = true;
    });
    // Behind it in its lane, and behind it for want of a thread.
    operations.start("a", [&](auto stop) { later += stop.stop_requested() ? 1 : 0; });
    operations.start("b", [&](auto stop) { later += stop.stop_requested() ? 1 : 0; });
    ASSERT_EQ(begun.get_future().wait_for(patience), std::future_status::ready);
  }
  EXPECT_TRUE(wasStopped);
  EXPECT_EQ(later, 2);
}

TEST(OperationsTest, EndsAtOnceWithoutWork) {
  Operations never;
  std::promise<void> done;
  Operations operations;
  operations.start("a", [&](auto) { done.set_value(); });
  ASSERT_EQ(done.get_future().wait_for(patience), std::future_status::ready);
}

}  // namespace
}  // namespace dvdi
