#include "system/directory-error.hpp"

#include <utility>

#include "system/printable-text.hpp"

namespace dvdi {

namespace {

struct Words {
  const char* code;
  const char* explanation;
};

Words wordsOf(DirectoryFault fault) {
  switch (fault) {
    case DirectoryFault::pathInvalid:
      return {"path-invalid", "expected an absolute path without \".\", \"..\", empty segments or a trailing slash"};
    case DirectoryFault::missing:
      return {"directory-missing", "expected a directory, got nothing; make it, or correct the path"};
    case DirectoryFault::link:
      return {"directory-link",
              "expected a directory, got a symbolic link, which is only followed where nobody but root can plant one; "
              "replace it by a directory or use the path it leads to"};
    case DirectoryFault::loop:
      return {"directory-loop",
              "expected a directory, got more than 40 symbolic links one after the other; correct the links"};
    case DirectoryFault::other:
      return {"directory-other", "expected a directory, got something else; remove it, or correct the path"};
    case DirectoryFault::replaced:
      return {"directory-replaced",
              "expected the directory seen a moment ago, got another; somebody else changes this path"};
    case DirectoryFault::refused:
      break;
  }
  return {"directory-refused", "expected access to the directory, the kernel refused"};
}

std::string textOf(DirectoryFault fault, const std::string& path, const std::string& component, int number) {
  const std::string asked = component == path ? "" : " (on the way to " + inQuotes(path) + ")";
  const std::string kernel = number == 0 ? "" : " (" + errnoName(number) + ")";
  return inQuotes(component) + asked + ": " + wordsOf(fault).explanation + kernel;
}

}  // namespace

DirectoryError::DirectoryError(DirectoryFault fault, const std::string& path, const std::string& component, int number)
    : Error(wordsOf(fault).code, textOf(fault, path, component, number)), fault_(fault), number_(number) {}

}  // namespace dvdi
