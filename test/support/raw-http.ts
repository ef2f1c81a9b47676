import { connect, type Socket } from 'node:net';

/** Reading one answer must not wait for ever. */
const DEADLINE_MS = 10_000;

/** A connection on which a test writes the bytes of HTTP itself. */
export interface RawConnection {
  readonly socket: Socket;
  /** All bytes of the next answer that have come when it is whole: by its length or its last chunk; or at the end. */
  readAnswer(): Promise<string>;
  /** Waits until what has come, and was not read yet, contains a text. */
  readUntil(text: string): Promise<string>;
  /** All that comes until the other side ends the connection, or resets it. */
  readAll(): Promise<string>;
}

export function rawConnection(port: number): RawConnection {
  const socket = connect(port, '127.0.0.1');
  let bytes = '';
  let ended = false;
  let wake = () => {};
  const note = () => wake();
  socket.setEncoding('latin1');
  socket.on('data', (chunk: Buffer | string) => {
    bytes += chunk.toString();
    note();
  });
  const end = () => {
    ended = true;
    note();
  };
  socket.on('end', end).on('close', end).on('error', end);
  const take = async (lengthOf: () => number | null): Promise<string> => {
    const deadline = performance.now() + DEADLINE_MS;
    for (;;) {
      const length = lengthOf() ?? (ended ? bytes.length : null);
      if (length !== null) {
        const taken = bytes.slice(0, length);
        bytes = bytes.slice(length);
        return taken;
      }
      await new Promise<void>((resolve, reject) => {
        const left = deadline - performance.now();
        const timer = setTimeout(() => reject(new Error(`no whole answer, only ${JSON.stringify(bytes)}`)), left);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  };
  return {
    socket,
    readAnswer: () => take(() => answerLength(bytes)),
    readUntil: (text) => take(() => (bytes.includes(text) ? bytes.indexOf(text) + text.length : null)),
    readAll: () => take(() => null),
  };
}

/** Sends bytes on a connection of their own and reads one answer. */
export async function exchangeRaw(port: number, request: string): Promise<string> {
  const connection = rawConnection(port);
  connection.socket.write(request, 'latin1');
  try {
    return await connection.readAnswer();
  } finally {
    connection.socket.destroy();
  }
}

function answerLength(bytes: string): number | null {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd < 0) return null;
  const head = bytes.slice(0, headEnd);
  const start = headEnd + 4;
  const length = /^content-length: *(\d+)/im.exec(head)?.[1];
  if (length !== undefined) return bytes.length >= start + Number(length) ? start + Number(length) : null;
  if (!/^transfer-encoding: *chunked/im.test(head)) return /^HTTP\/1\.1 (?:1|204|304)/.test(head) ? start : null;
  const last = /\r\n0\r\n(?:[^\r\n]+\r\n)*\r\n/.exec(bytes.slice(headEnd));
  return last === null ? null : headEnd + last.index + last[0].length;
}
