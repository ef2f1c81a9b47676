/** How much a line matters. */
export type ServiceLogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Where the service tells what happens: the log of the house (docs/logs.md), which is pino. */
export interface ServiceLog {
  /**
   * @param fields plain data without secrets and without text of documents; `error` may be anything that was thrown.
   */
  write(level: ServiceLogLevel, event: string, fields?: Readonly<Record<string, unknown>>): void;
}
