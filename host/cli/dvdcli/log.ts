import { printableText } from '../../system/printable-text.ts';
import type { DvdcliWorld } from './world.ts';

export type LogLevel = 'info' | 'warning' | 'error';

/**
 * Writes a log line to stderr, in the format of the original (logrus' text format): `time="…" level=error msg="…"` and
 * the fields, by name. Values are made printable, then quoted.
 */
export function createLog(
  world: DvdcliWorld,
): (level: LogLevel, message: string, fields?: Readonly<Record<string, string>>) => void {
  return (level, message, fields = {}) => {
    const time = world
      .now()
      .toISOString()
      .replace(/\.\d+Z$/, 'Z');
    const parts = [`time=${quote(time)}`, `level=${level}`, `msg=${quote(message)}`];
    for (const key of Object.keys(fields).sort()) parts.push(`${key}=${quote(fields[key] ?? '')}`);
    world.stderr.write(`${parts.join(' ')}\n`);
  };
}

function quote(text: string): string {
  return JSON.stringify(printableText(text));
}
