#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "documents/json.hpp"
#include "system/redaction.hpp"

namespace dvdi {

/** The isolator as the module needs it: calls that block, from many threads at once. They throw Error. */
class BlockingIsolator {
 public:
  BlockingIsolator() = default;
  BlockingIsolator(const BlockingIsolator&) = delete;
  BlockingIsolator& operator=(const BlockingIsolator&) = delete;
  virtual ~BlockingIsolator() = default;

  /**
   * @param document a Mesos ContainerConfig beside its container's id
   * @param stop gives up, with all undone
   * @returns the `launch` of the container's answer
   */
  virtual Json prepare(const std::string& container, const std::string& document, std::stop_token stop) = 0;
  virtual void cleanup(const std::string& container, std::stop_token stop) = 0;
  /** @param onDecided is called when it is decided who is gone: others may come from then on */
  virtual void recover(const std::vector<std::string>& running, const std::vector<std::string>& orphans,
                       const std::function<void()>& onDecided, std::stop_token stop) = 0;
  /** What may not be shown of a document. */
  virtual Redactor secretsOf(const std::string& document) = 0;
};

}  // namespace dvdi
