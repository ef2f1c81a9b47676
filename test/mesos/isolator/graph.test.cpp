#include "isolator/graph.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <set>
#include <system_error>

namespace dvdi {
namespace {

std::vector<int> orderOf(const std::vector<GraphNode>& nodes, OnFailure onFailure = OnFailure::stop,
                         int failing = -1) {
  std::mutex mutex;
  std::vector<int> order;
  const auto failures = runGraph(
      nodes,
      [&](std::size_t index) {
        const std::scoped_lock lock(mutex);
        order.push_back(nodes[index].id);
        if (nodes[index].id == failing) throw Error("refused", "no");
      },
      onFailure);
  EXPECT_EQ(failures.size(), failing < 0 ? 0U : 1U);
  return order;
}

TEST(Graph, PerformsEachAfterThoseItNeeds) {
  EXPECT_EQ(orderOf({{3, {2}, ""}, {2, {1, 9}, "a"}, {1, {}, "b"}}), (std::vector<int>{1, 2, 3}));
  EXPECT_TRUE(orderOf({}).empty());
}

TEST(Graph, GoesOnAsItIsTold) {
  const std::vector<GraphNode> chain = {{1, {}, ""}, {2, {1}, ""}, {3, {2}, ""}, {4, {1}, ""}};
  EXPECT_EQ(orderOf(chain, OnFailure::stop, 1), (std::vector<int>{1}));
  // Both wait for the first, and go on side by side.
  std::vector<int> performed = orderOf(chain, OnFailure::skipDependents, 2);
  std::sort(performed.begin(), performed.end());
  EXPECT_EQ(performed, (std::vector<int>{1, 2, 4}));
  EXPECT_EQ(orderOf(chain, OnFailure::goOn, 2).size(), 4U);
}

TEST(Graph, NoLaneWaitsForAnother) {
  std::mutex mutex;
  std::condition_variable changed;
  int started = 0;
  // All of them have to be at it at once: three of one lane, and one of another.
  const auto failures = runGraph({{1, {}, "a"}, {2, {}, "a"}, {3, {}, "a"}, {4, {}, "b"}},
                                 [&](std::size_t) {
                                   std::unique_lock lock(mutex);
                                   ++started;
                                   changed.notify_all();
                                   const bool isTogether = changed.wait_for(lock, std::chrono::seconds(10),
                                                                            [&] { return started == 4; });
                                   if (!isTogether) throw Error("late", "alone");
                                 },
                                 OnFailure::goOn);
  EXPECT_TRUE(failures.empty());
}

TEST(Graph, BoundsTheThreadsOfALane) {
  std::vector<GraphNode> nodes;
  for (int id = 0; id < 500; ++id) nodes.push_back({id, {}, "a"});
  EXPECT_EQ(orderOf(nodes).size(), 500U);
}

TEST(Graph, NeedsNoThreadButTheCallers) {
  const StartThread refuse = [](const std::function<void()>&) -> std::thread {
    throw std::system_error(std::make_error_code(std::errc::resource_unavailable_try_again));
  };
  std::vector<GraphNode> nodes;
  for (int id = 0; id < 50; ++id) nodes.push_back({id, {id - 1, id - 7}, std::to_string(id % 5)});
  for (int id = 50; id < 100; ++id) nodes.push_back({id, {}, std::to_string(id)});
  std::vector<int> order;
  const auto failures = runGraph(
      nodes, [&](std::size_t index) { order.push_back(nodes[index].id); }, OnFailure::stop, refuse);
  EXPECT_TRUE(failures.empty());
  EXPECT_EQ(std::set<int>(order.begin(), order.end()).size(), 100U);
}

TEST(Graph, TurnsAround) {
  const auto turned = reversed({{1, {}, ""}, {2, {1}, ""}, {3, {1, 2}, ""}});
  EXPECT_EQ(turned[0].after, (std::vector<int>{2, 3}));
  EXPECT_TRUE(turned[2].after.empty());
}

}  // namespace
}  // namespace dvdi
