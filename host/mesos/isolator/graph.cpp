#include "isolator/graph.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <system_error>
#include <thread>
#include <utility>

namespace dvdi {

namespace {

/** Each call of a driver may be a process. */
constexpr std::size_t laneThreadsMax = 32;

class GraphRun {
 public:
  GraphRun(const std::vector<GraphNode>& nodes, const std::function<void(std::size_t)>& perform, OnFailure onFailure,
           const StartThread& start)
      : nodes_(nodes), perform_(perform), onFailure_(onFailure), start_(start) {
    std::map<int, std::size_t> positions;
    for (std::size_t position = 0; position < nodes.size(); ++position) positions[nodes[position].id] = position;
    waiting_.resize(nodes.size());
    dependents_.resize(nodes.size());
    for (std::size_t position = 0; position < nodes.size(); ++position) {
      for (const int id : std::set<int>(nodes[position].after.begin(), nodes[position].after.end())) {
        const auto before = positions.find(id);
        if (before == positions.end()) continue;
        dependents_[before->second].push_back(position);
        ++waiting_[position];
      }
    }
  }

  std::vector<GraphFailure> toEnd() {
    {
      std::unique_lock lock(mutex_);
      std::vector<std::size_t> ready;
      for (std::size_t position = 0; position < nodes_.size(); ++position) {
        if (waiting_[position] == 0) ready.push_back(position);
      }
      // The caller takes one of them: most plans have no more, and need no thread.
      for (std::size_t index = 1; index < ready.size(); ++index) enqueue(ready[index]);
      if (!ready.empty()) {
        Lane& lane = lanes_[nodes_[ready.front()].lane];
        lane.queue.push_front(ready.front());
        ++lane.threads;
        lock.unlock();
        work(lane);
        lock.lock();
      }
      idle_.wait(lock, [&] { return threadCount() == 0; });
    }
    for (std::thread& thread : threads_) thread.join();
    return std::move(failures_);
  }

 private:
  struct Lane {
    std::deque<std::size_t> queue;
    std::size_t threads = 0;
  };

  [[nodiscard]] std::size_t threadCount() const {
    std::size_t count = 0;
    for (const auto& [name, lane] : lanes_) count += lane.threads;
    return count;
  }

  /** Under the mutex. */
  void enqueue(std::size_t position) {
    Lane& lane = lanes_[nodes_[position].lane];
    lane.queue.push_back(position);
    if (lane.threads >= laneThreadsMax) return;
    threads_.reserve(threads_.size() + 1);
    try {
      threads_.push_back(start_([this, &lane] { work(lane); }));
    } catch (const std::system_error&) {
      // Whoever asked for it is at work, and takes it when its own lane is through.
      return;
    }
    // The thread waits for the mutex until this is counted.
    ++lane.threads;
  }

  void work(Lane& lane) {
    std::unique_lock lock(mutex_);
    workThrough(lane, lock);
    for (Lane* other = orphaned(); other != nullptr; other = orphaned()) {
      ++other->threads;
      workThrough(*other, lock);
    }
  }

  /** A lane with work for which no thread could be started. Under the mutex. */
  [[nodiscard]] Lane* orphaned() {
    for (auto& [name, lane] : lanes_) {
      if (lane.threads == 0 && !lane.queue.empty()) return &lane;
    }
    return nullptr;
  }

  void workThrough(Lane& lane, std::unique_lock<std::mutex>& lock) {
    while (!lane.queue.empty()) {
      const std::size_t position = lane.queue.front();
      lane.queue.pop_front();
      if (isStopped()) continue;
      lock.unlock();
      std::exception_ptr thrown;
      try {
        perform_(position);
      } catch (...) {
        thrown = std::current_exception();
      }
      lock.lock();
      if (thrown) failures_.push_back({position, errorOf(thrown)});
      if (!thrown || onFailure_ == OnFailure::goOn) release(position, lane);
    }
    --lane.threads;
    idle_.notify_all();
  }

  [[nodiscard]] bool isStopped() const { return onFailure_ == OnFailure::stop && !failures_.empty(); }

  /** Starts what waited for a node. What is of the same lane may be done by the thread that is at hand. */
  void release(std::size_t position, Lane& lane) {
    if (isStopped()) return;
    bool isKept = false;
    for (const std::size_t next : dependents_[position]) {
      if (--waiting_[next] != 0) continue;
      if (!isKept && &lanes_[nodes_[next].lane] == &lane) {
        lane.queue.push_front(next);
        isKept = true;
      } else {
        enqueue(next);
      }
    }
  }

  const std::vector<GraphNode>& nodes_;
  const std::function<void(std::size_t)>& perform_;
  OnFailure onFailure_;
  const StartThread& start_;
  std::vector<std::size_t> waiting_;
  std::vector<std::vector<std::size_t>> dependents_;
  std::mutex mutex_;
  std::condition_variable idle_;
  std::map<std::string, Lane> lanes_;
  std::vector<std::thread> threads_;
  std::vector<GraphFailure> failures_;
};

}  // namespace

std::thread startThread(std::function<void()> work) { return std::thread(std::move(work)); }

std::vector<GraphFailure> runGraph(const std::vector<GraphNode>& nodes,
                                   const std::function<void(std::size_t)>& perform, OnFailure onFailure,
                                   const StartThread& start) {
  return GraphRun(nodes, perform, onFailure, start).toEnd();
}

std::vector<GraphNode> reversed(const std::vector<GraphNode>& nodes) {
  std::vector<GraphNode> turned;
  for (const GraphNode& node : nodes) {
    GraphNode after{node.id, {}, node.lane};
    for (const GraphNode& other : nodes) {
      if (std::find(other.after.begin(), other.after.end(), node.id) != other.after.end()) {
        after.after.push_back(other.id);
      }
    }
    turned.push_back(std::move(after));
  }
  return turned;
}

}  // namespace dvdi
