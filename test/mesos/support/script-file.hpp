#ifndef DVDI_SUPPORT_SCRIPT_FILE_HPP
#define DVDI_SUPPORT_SCRIPT_FILE_HPP

#include <filesystem>
#include <fstream>
#include <string>

namespace dvdi::test {

/** Writes an executable script of /bin/sh. @returns its path */
inline std::string writeScript(const std::string& path, const std::string& lines) {
  {
    std::ofstream file(path);
    file << "#!/bin/sh\n" << lines << "\n";
  }
  std::filesystem::permissions(path, std::filesystem::perms::owner_all);
  return path;
}

}  // namespace dvdi::test

#endif  // DVDI_SUPPORT_SCRIPT_FILE_HPP
