/** Every limit of the embedded volume driver, in the unit its name ends in. */

/** Length of a volume's name in UTF-8, as the core limits it. */
export const NAME_MAX_BYTES = 255;

/** Length of a driver's name: it becomes a file name with `.sock` behind it. */
export const DRIVER_NAME_MAX_BYTES = 64;

/** Length of the id of a Mount request; Docker sends 64 hexadecimal digits. */
export const MOUNT_ID_MAX_BYTES = 1024;

/** How many ids one volume may be mounted for at a time. */
export const MOUNT_IDS_MAX = 4096;

/** Size of a request's body: the budget of a document. */
export const REQUEST_MAX_BYTES = 1024 * 1024;

/** A client has this long to send its whole request. The answer takes as long as the work takes. */
export const REQUEST_TIMEOUT_MS = 30_000;

/** Connections at a time, over all clients of one socket. */
export const CONNECTIONS_MAX = 256;

/** Longest path that fits into `sockaddr_un.sun_path` (108 bytes) with the NUL behind it: unix(7). */
export const SOCKET_PATH_MAX_BYTES = 107;

/** Size of a volume that does not say: REX-Ray's default. */
export const SIZE_DEFAULT_GIB = 16;

/** Largest size a volume may ask for when the operator sets no other bound. */
export const SIZE_MAX_GIB = 1024;

export const GIB = 1024 ** 3;

/** Docker waits 2 minutes for Create: what fails here is still heard there. */
export const MAKE_FILESYSTEM_TIMEOUT_MS = 100_000;

/** A mount after a crash replays the journal first. */
export const MOUNT_TIMEOUT_MS = 100_000;

/** An unmount writes all dirty pages back; the isolator gives a driver 10 minutes by default. */
export const UNMOUNT_TIMEOUT_MS = 540_000;

/** Reading a superblock, asking the kernel for loop devices, taking a lock that nobody waits for. */
export const QUERY_TIMEOUT_MS = 10_000;

/** Deleting the files of a volume that is a plain directory. */
export const DELETE_TIMEOUT_MS = 540_000;

/** The kernel lets a loop device go some milliseconds after the unmount; past this somebody else holds it. */
export const RELEASE_TIMEOUT_MS = 1_000;

/** How often a loop device that is about to be let go is looked at. */
export const RELEASE_POLL_MS = 20;

/** How long a client of another server's socket waits for the connection to come up. */
export const CONNECT_TIMEOUT_MS = 2_000;

/** How long a server that starts waits for another one that is making its socket: some milliseconds of work. */
export const SOCKET_LOCK_WAIT_SECONDS = 10;

/** What a tool may write before it is ended. */
export const TOOL_OUTPUT_MAX_BYTES = 64 * 1024;

/** How long a server that starts waits for its agent's seat: who looks whether it is taken has it for an instant. */
export const SEAT_WAIT_SECONDS = 1;

/** How long a volume may be changed by another server before a request for it is refused. */
export const VOLUME_LOCK_WAIT_SECONDS = 30;

/** Putting a copy in the place of an image that a fenced task holds: all of its data may have to be written. */
export const COPY_TIMEOUT_MS = 540_000;

/** A fence tries the ordinary unmount first; a disk that takes longer to write everything back is shut down instead. */
export const GENTLE_UNMOUNT_TIMEOUT_MS = 20_000;
