#pragma once

#include <memory>
#include <string>

#include "isolator/engine-core.hpp"
#include "isolator/isolator.hpp"
#include "module/blocking-isolator.hpp"

namespace dvdi {

/** The isolator of this machine as the module calls it: the core in its engine, and the host library around it. */
class IsolatorCalls final : public BlockingIsolator {
 public:
  /**
   * @param core with the policy in force
   * @param kind id of the core's kind `mesos-container`: documents of an agent are of no other
   * @throws LedgerError, Error `checkpoint-unreadable`
   */
  IsolatorCalls(Core core, std::int32_t kind, IsolatorOptions options);

  Json prepare(const std::string& container, const std::string& document, std::stop_token stop) override;
  void cleanup(const std::string& container, std::stop_token stop) override;
  void recover(const std::vector<std::string>& running, const std::vector<std::string>& orphans,
               const std::function<void()>& onDecided, std::stop_token stop) override;
  Redactor secretsOf(const std::string& document) override;

 private:
  EngineCore core_;
  std::int32_t kind_;
  Isolator isolator_;
};

}  // namespace dvdi
