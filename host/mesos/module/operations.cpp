#include "module/operations.hpp"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

namespace dvdi {
namespace {

/** How long a thread without work waits for some before it ends. */
constexpr std::chrono::seconds idleMax{10};

}  // namespace

struct Operations::State {
  explicit State(std::size_t max) : threadsMax(max) {}

  const std::size_t threadsMax;
  std::stop_source stop;
  std::mutex mutex;
  std::condition_variable workCame;
  std::condition_variable threadEnded;
  /** What waits, by lane. A lane is here while something of it runs or waits. */
  std::map<std::string, std::deque<Act>> lanes;
  /** Lanes of which something waits and nothing runs, in the order in which they came. */
  std::deque<std::string> ready;
  std::size_t threads = 0;
  std::size_t idle = 0;

  /** Takes what is ready, until nothing has come for a while. */
  void work() {
    std::unique_lock lock(mutex);
    for (;;) {
      ++idle;
      workCame.wait_for(lock, idleMax, [this] { return !ready.empty() || stop.stop_requested(); });
      --idle;
      if (ready.empty()) break;
      runNext(lock);
    }
    --threads;
    threadEnded.notify_all();
  }

 private:
  void runNext(std::unique_lock<std::mutex>& lock) {
    const std::string lane = std::move(ready.front());
    ready.pop_front();
    {
      const Act act = std::move(lanes[lane].front());
      lanes[lane].pop_front();
      lock.unlock();
      act(stop.get_token());
    }
    lock.lock();
    if (lanes[lane].empty()) {
      lanes.erase(lane);
      return;
    }
    ready.push_back(lane);
    workCame.notify_one();
  }
};

Operations::Operations(std::size_t threadsMax) : state_(std::make_shared<State>(threadsMax)) {}

Operations::~Operations() {
  state_->stop.request_stop();
  std::unique_lock lock(state_->mutex);
  state_->workCame.notify_all();
  state_->threadEnded.wait(lock, [this] { return state_->threads == 0; });
}

void Operations::start(const std::string& lane, Act act) {
  State& state = *state_;
  const std::scoped_lock lock(state.mutex);
  const auto [place, isNew] = state.lanes.try_emplace(lane);
  place->second.push_back(std::move(act));
  if (!isNew) return;
  state.ready.push_back(lane);
  if (state.idle >= state.ready.size()) {
    state.workCame.notify_one();
    return;
  }
  if (state.threads >= state.threadsMax) return;
  try {
    // Detached, with the state kept alive: the destructor counts threads, and joins none.
    std::thread([state = state_] { state->work(); }).detach();
    ++state.threads;
  } catch (const std::system_error&) {
    // Whoever works now takes it when there is room again.
    if (state.threads > 0) return;
    state.ready.pop_back();
    state.lanes.erase(lane);
    throw;
  }
}

}  // namespace dvdi
