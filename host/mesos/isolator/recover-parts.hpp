#ifndef DVDI_ISOLATOR_RECOVER_PARTS_HPP
#define DVDI_ISOLATOR_RECOVER_PARTS_HPP

#include <functional>
#include <string>
#include <vector>

#include "ledger/ledger.hpp"

namespace dvdi {

/** Whether nothing keeps a container. */
using IsGone = std::function<bool(const std::string& container)>;

/**
 * Gives the ledger in parts that the core takes in one request each, `{ledger, mounts}`, read as they are asked for:
 * what was carried out of one part shows in the next. First the volumes with those that claim them; then the containers
 * that claim none; then the directories, the deepest first.
 */
void forEachRecoverPart(Ledger& ledger, const std::vector<std::string>& containers, const IsGone& isGone,
                        const std::function<void(const Json& part)>& act);

/**
 * Puts the plans of several parts together: the steps are numbered anew, and a container that claims volumes of several
 * parts is forgotten once.
 */
[[nodiscard]] Json mergeRecoverPlans(const std::vector<Json>& plans);

}  // namespace dvdi

#endif  // DVDI_ISOLATOR_RECOVER_PARTS_HPP
