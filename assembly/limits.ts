/**
 * Every limit of the core, in one table. design.md ("Budgets") is the source of the first group; the second group keeps
 * the first one true inside 32 MiB of memory. `describe()` publishes them all and each is tested at the limit and one
 * past it.
 */

/** Largest document, in bytes. */
export const DOCUMENT_SIZE_MAX_BYTES: i32 = 1024 * 1024;
/** Deepest nesting of arrays and objects. */
export const DOCUMENT_DEPTH_MAX: i32 = 64;
/** Most variables in one environment. */
export const VARIABLES_MAX: i32 = 4096;
/** Most options of one volume. */
export const OPTIONS_MAX: i32 = 64;
/** Longest name of a volume or a driver, in bytes: what one path component can hold. */
export const NAME_MAX_BYTES: i32 = 255;
/** Longest container path, in bytes: Linux' PATH_MAX. */
export const PATH_MAX_BYTES: i32 = 4096;
/** Largest answer, in bytes. */
export const RESPONSE_SIZE_MAX_BYTES: i32 = 4 * 1024 * 1024;
/** Memory of the module, in bytes; asconfig.json gives the compiler the same number as 512 pages. */
export const MEMORY_MAX_BYTES: i32 = 32 * 1024 * 1024;

/** Largest request that `allocate` gives a buffer for, in bytes: a document and the ledger rows that go with it. */
export const REQUEST_SIZE_MAX_BYTES: i32 = 4 * 1024 * 1024;
/** Largest policy, in bytes: it stays in memory between calls. */
export const POLICY_SIZE_MAX_BYTES: i32 = 256 * 1024;
/** Most entries in one list or object of a policy. */
export const POLICY_ENTRIES_MAX: i32 = 1024;
/** Longest pattern of a policy, in bytes: as long as a name. */
export const PATTERN_MAX_BYTES: i32 = 255;
/** Longest id of an app that a pattern is matched with, in bytes: its parts become names in DNS and in directories. */
export const APP_ID_MAX_BYTES: i32 = 1024;
/** Most rows of one kind in a request. */
export const LEDGER_ROWS_MAX: i32 = 4096;
/** Most container ids, in whatever lists, and mounts together in a request to recover. */
export const RECOVER_ENTRIES_MAX: i32 = 32768;
/** Most rows of an old checkpoint: as many, with usual texts, as there is room for in an answer. */
export const CHECKPOINT_ROWS_MAX: i32 = 8192;
/** Most JSON values in one text: 16 bytes of index each, 8 MiB in all. A document of 1 MiB cannot have more. */
export const NODES_MAX: i32 = 512 * 1024;
/** Longest container id, in bytes: Mesos nests ids, joined with dots here. */
export const CONTAINER_ID_MAX_BYTES: i32 = 2048;
/** Most tasks in one document: apps of a group, containers of a pod. */
export const TASKS_MAX: i32 = 4096;
/** Most bytes that the tasks of a document with their volumes take in an answer; what is left is for the findings. */
export const TASKS_SIZE_MAX_BYTES: i32 = 2 * 1024 * 1024;
/** Most volumes in one container. */
export const VOLUMES_MAX: i32 = 256;
/** Most findings in one answer; one more tells that there were others. */
export const FINDINGS_MAX: i32 = 256;
/** Most bytes of mended documents that are judged to see which fixes are good: four of the largest documents. */
export const FIX_TRIALS_MAX_BYTES: i32 = 4 * DOCUMENT_SIZE_MAX_BYTES + 64 * 1024;
/** Longest quotation of a document's text inside a message, in bytes. */
export const QUOTE_MAX_BYTES: i32 = 80;
