#include "module/isolator-calls.hpp"

#include <set>
#include <utility>

namespace dvdi {

IsolatorCalls::IsolatorCalls(Core core, std::int32_t kind, IsolatorOptions options)
    : core_(std::move(core)), kind_(kind), isolator_(core_, std::move(options)) {}

Json IsolatorCalls::prepare(const std::string& container, const std::string& document, std::stop_token stop) {
  PrepareOptions options;
  options.stop = std::move(stop);
  return isolator_.prepare(container, document, kind_, options).answer.at("launch");
}

/** Not given up in the middle: each call of a driver has its deadline, and a release that is cut off must be mended. */
void IsolatorCalls::cleanup(const std::string& container, std::stop_token) { isolator_.cleanup(container); }

/** Only containers that are in the ledger now can be gone: what the agent starts in the meantime is none of them. */
void IsolatorCalls::recover(const std::vector<std::string>& running, const std::vector<std::string>& orphans,
                            const std::function<void()>& onDecided, std::stop_token) {
  std::set<std::string> judged;
  const Json known = isolator_.list();
  for (const Json& container : known.at("containers")) judged.insert(container.at("container").get<std::string>());
  onDecided();
  // What fails of it is in the log, and is tried again: it must not keep the agent, with all its tasks, from starting.
  static_cast<void>(
      isolator_.recover({.running = running, .orphans = orphans, .judged = std::move(judged), .isDryRun = false}));
}

Redactor IsolatorCalls::secretsOf(const std::string& document) { return Redactor(isolator_.inspect(document, kind_)); }

}  // namespace dvdi
