import type { ServerResponse } from 'node:http';
import type { MarathonAnswer } from './current-state.ts';

/** Writes an answer of the proxy's own; nothing when one has begun or the client is gone. */
export function writeJson(response: ServerResponse, status: number, value: unknown): void {
  const body = Buffer.from(JSON.stringify(value));
  writeBody(response, status, ['Content-Type', 'application/json'], body);
}

/** Fields of Marathon's answer that the client needs to go on: to log in, to go where it is sent. */
const RELAYED = ['content-type', 'www-authenticate', 'location', 'set-cookie'];

/** Gives an answer to a question of the proxy's own to the client. */
export function writeAnswer(response: ServerResponse, answer: MarathonAnswer): void {
  const headers: string[] = [];
  for (const name of RELAYED) {
    const value = answer.headers[name] ?? [];
    for (const each of Array.isArray(value) ? value : [value]) headers.push(name, each);
  }
  writeBody(response, answer.status, headers, answer.body);
}

function writeBody(response: ServerResponse, status: number, headers: readonly string[], body: Buffer): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, [...headers, 'Content-Length', String(body.byteLength)]);
  response.end(body);
}
