#ifndef DVDI_ISOLATOR_CHECKPOINT_IMPORT_HPP
#define DVDI_ISOLATOR_CHECKPOINT_IMPORT_HPP

#include <string>
#include <vector>

#include "isolator/isolator-parts.hpp"

namespace dvdi {

/**
 * Where the original kept its checkpoint: in what is our state directory now (0.4.3 on), and under the agent's
 * `work_dir` (0.3 to 0.4.2), which only the operator can name: its default lay in /tmp, where anybody could put one.
 * @param workDirectory empty for none
 */
[[nodiscard]] std::vector<std::string> checkpointPlaces(const std::string& stateDirectory,
                                                        const std::string& workDirectory);

/**
 * Takes over what the original isolator has left in its checkpoints, once in the life of a ledger and before anything
 * else is done with it: all files, or none when one of them cannot be trusted. The files stay as they are.
 * @returns a list of `{path, verdict, rows, findings}`; empty when there is no file, or the ledger has looked before
 * @throws Error `checkpoint-unreadable`, LedgerError
 */
[[nodiscard]] Json importCheckpoints(const IsolatorParts& parts, const std::vector<std::string>& paths);

}  // namespace dvdi

#endif  // DVDI_ISOLATOR_CHECKPOINT_IMPORT_HPP
