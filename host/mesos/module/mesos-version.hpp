#pragma once

// What changed from one Mesos to the next, as far as an isolator sees it: the one place that knows a version number.
// CMake reads the version from mesos/version.hpp and gives it as one number, for example 11100 for 1.11.0: before 1.1
// the header has it as a text only.

#ifndef DVDI_MESOS_VERSION
#error "DVDI_MESOS_VERSION is not set: build the module by CMake with -DMESOS_ROOT="
#endif

#if DVDI_MESOS_VERSION < 2500
#error "Mesos before 0.25 is not supported: a container's mount namespace could not be asked for"
#endif

/** 0.26: stout makes JSON of a message by a function, before by a class. */
#define DVDI_HAS_JSON_FUNCTION (DVDI_MESOS_VERSION >= 2600)
/** 0.27: prepare takes a ContainerConfig and answers a ContainerLaunchInfo; before, loose values and a PrepareInfo. */
#define DVDI_HAS_CONTAINER_CONFIG (DVDI_MESOS_VERSION >= 2700)
/** 0.28: fields of ContainerConfig are in snake_case; there is a status(). */
#define DVDI_HAS_SNAKE_CASE_CONFIG (DVDI_MESOS_VERSION >= 2800)
#define DVDI_HAS_STATUS (DVDI_MESOS_VERSION >= 2800)
/** 1.0: what runs before the task is pre_exec_commands; 1.0.1: as argv, before as lines for a shell only. */
#define DVDI_HAS_PRE_EXEC_COMMANDS (DVDI_MESOS_VERSION >= 10000)
#define DVDI_HAS_ARGUMENT_LISTS (DVDI_MESOS_VERSION >= 10001)
/** 1.1: containers in containers; command_info and container_info beside executor_info. */
#define DVDI_HAS_NESTING (DVDI_MESOS_VERSION >= 10100)
/** 1.2: namespaces to make are a list, before a mask; sessions in a container have the class DEBUG. */
#define DVDI_HAS_CLONE_NAMESPACES (DVDI_MESOS_VERSION >= 10200)
#define DVDI_HAS_CONTAINER_CLASS (DVDI_MESOS_VERSION >= 10200)
/** 1.5: the launcher mounts what prepare names, in a namespace that is a slave; containers without a task. */
#define DVDI_HAS_MOUNTS (DVDI_MESOS_VERSION >= 10500)
#define DVDI_HAS_STANDALONE (DVDI_MESOS_VERSION >= 10500)
/** 1.7: recover takes a vector, before a list. */
#define DVDI_HAS_STATE_VECTOR (DVDI_MESOS_VERSION >= 10700)
/** 1.8: the launcher mounts read-only when asked to; before, the kernel ignores it at a bind. */
#define DVDI_HAS_READ_ONLY_MOUNTS (DVDI_MESOS_VERSION >= 10800)
/** 1.10: update has limits beside requests. */
#define DVDI_HAS_LIMITS (DVDI_MESOS_VERSION >= 11000)
