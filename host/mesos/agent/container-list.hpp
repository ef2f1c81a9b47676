#pragma once

#include <string>
#include <vector>

namespace dvdi {

/** What a runtime says of its containers, for `recover`. */
struct ContainerList {
  std::vector<std::string> running;
  /** Known to the runtime, and to be cleaned up by it soon. */
  std::vector<std::string> orphans;
};

/**
 * Reads the containers that run: an array of ids, `{"running", "orphans"}`, or the states that a Mesos agent recovers.
 * Whatever is not understood is refused as a whole: what is not in the list is taken for gone.
 * @param name what the file is called
 * @throws Error `cli-containers`
 */
[[nodiscard]] ContainerList readContainerList(const std::string& text, const std::string& name);

/** Reads the ids of a file that only has orphans. @throws Error `cli-containers` */
[[nodiscard]] std::vector<std::string> readOrphans(const std::string& text, const std::string& name);

}  // namespace dvdi
