#ifndef DVDI_ISOLATOR_GRAPH_HPP
#define DVDI_ISOLATOR_GRAPH_HPP

#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "system/system-error.hpp"

namespace dvdi {

/** A node and those that must come before it, by id. Ids that no node has are ignored. */
struct GraphNode {
  int id;
  std::vector<int> after;
  /**
   * Nodes of one lane share its threads, at most 32 at a time; no lane waits for another: the driver, so that one that
   * hangs keeps nobody else waiting.
   */
  std::string lane;
};

/** What follows when a node fails: nothing new starts; all but what depends on it goes on; everything goes on. */
enum class OnFailure { stop, skipDependents, goOn };

struct GraphFailure {
  /** Position of the node. */
  std::size_t node;
  Error error;
};

/** Starts a thread, or throws std::system_error: a machine may have no more of them. */
using StartThread = std::function<std::thread(std::function<void()>)>;

[[nodiscard]] std::thread startThread(std::function<void()> work);

/**
 * Performs nodes as parallel as their order allows: whatever is ready starts at once. Returns when nothing is in flight
 * any more. A single node, or a chain of them, is performed by the caller's own thread.
 * Where no thread can be started, what is ready waits for one of those at hand: no node is lost for it.
 * @param perform is called from several threads, with the position of a node
 * @returns the failures, in the order in which they came
 */
[[nodiscard]] std::vector<GraphFailure> runGraph(const std::vector<GraphNode>& nodes,
                                                 const std::function<void(std::size_t)>& perform,
                                                 OnFailure onFailure, const StartThread& start = startThread);

/** The same nodes in the opposite order: each after those that came after it. */
[[nodiscard]] std::vector<GraphNode> reversed(const std::vector<GraphNode>& nodes);

}  // namespace dvdi

#endif  // DVDI_ISOLATOR_GRAPH_HPP
