/** One thing that the driver did or met. The message is one line and fit for a terminal. */
export interface LogEntry {
  readonly level: 'info' | 'warning' | 'error';
  readonly message: string;
}

export type Log = (entry: LogEntry) => void;
