#include "system/deadline.hpp"

namespace dvdi {

DeadlineError::DeadlineError(const std::string& what, std::chrono::milliseconds timeout)
    : Error("filesystem-timeout", what + ": expected an answer within " + std::to_string(timeout.count()) +
                                      " ms, got none; the filesystem there may hang") {}

}  // namespace dvdi
