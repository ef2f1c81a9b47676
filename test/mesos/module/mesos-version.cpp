// Compiled once for each version of the table in CMakeLists.txt, which says what that Mesos has: the header is right
// when this compiles. No header of Mesos is needed.

#include "module/mesos-version.hpp"

#define DVDI_LETTER(has, letter) ((has) ? (letter) : '-')

namespace {

// In the order of the header: functions for JSON, container config, snake case, status, pre-exec commands, argument
// lists, nesting, clone namespaces, container class, mounts, standalone, state vector, read-only mounts, limits.
constexpr char found[] = {
    DVDI_LETTER(DVDI_HAS_JSON_FUNCTION, 'j'),     DVDI_LETTER(DVDI_HAS_CONTAINER_CONFIG, 'c'),
    DVDI_LETTER(DVDI_HAS_SNAKE_CASE_CONFIG, 's'), DVDI_LETTER(DVDI_HAS_STATUS, 't'),
    DVDI_LETTER(DVDI_HAS_PRE_EXEC_COMMANDS, 'p'), DVDI_LETTER(DVDI_HAS_ARGUMENT_LISTS, 'a'),
    DVDI_LETTER(DVDI_HAS_NESTING, 'n'),           DVDI_LETTER(DVDI_HAS_CLONE_NAMESPACES, 'N'),
    DVDI_LETTER(DVDI_HAS_CONTAINER_CLASS, 'C'),   DVDI_LETTER(DVDI_HAS_MOUNTS, 'm'),
    DVDI_LETTER(DVDI_HAS_STANDALONE, 'S'),        DVDI_LETTER(DVDI_HAS_STATE_VECTOR, 'v'),
    DVDI_LETTER(DVDI_HAS_READ_ONLY_MOUNTS, 'r'),  DVDI_LETTER(DVDI_HAS_LIMITS, 'l'),
};

constexpr char expected[] = DVDI_EXPECTED;

static_assert(sizeof(found) + 1 == sizeof(expected), "the table has a letter for each feature");

constexpr bool isSame(unsigned at) {
  return at == sizeof(found) || (found[at] == expected[at] && isSame(at + 1));
}

static_assert(isSame(0), "the header and the table differ for this version");

}  // namespace
