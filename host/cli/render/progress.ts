import type { Output } from '../context.ts';

/** How an activity ended. */
export type Ending = 'done' | 'failed' | 'undone';

/** Shows what is going on while a plan is carried out. Titles and notes given to it are printable already. */
export interface Progress {
  /**
   * An activity began.
   * @param slow whether it may take long enough that a log should have its beginning, too
   */
  begin(key: string, title: string, slow: boolean): void;
  /** It ended. What was never begun is only printed. */
  end(key: string, ending: Ending, note?: string): void;
  /** Something worth a line of its own, printable. */
  note(text: string): void;
  /** Leaves the terminal to somebody else until the next activity begins. */
  pause(): void;
  /** Leaves the terminal as it should be, for good. */
  close(): void;
}

interface Activity {
  readonly title: string;
  readonly startMs: number;
}

/** Milliseconds for a person: `8 ms`, `1.24 s`, `2 min 5 s`. */
export function durationText(durationMs: number): string {
  if (durationMs < 1000) return `${Math.round(durationMs)} ms`;
  if (durationMs < 60_000) return `${(durationMs / 1000).toFixed(2)} s`;
  const seconds = Math.round(durationMs / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

const words: Readonly<Record<Ending, string>> = { done: 'done in', failed: 'failed after', undone: 'undone in' };

/** One line when something slow begins, one when anything ends: for pipes and log files. */
export function createPlainProgress(output: Output, nowMs: () => number = () => performance.now()): Progress {
  const running = new Map<string, Activity>();
  return {
    begin(key, title, slow) {
      running.set(key, { title, startMs: nowMs() });
      if (slow) output.line(`dvdi: ${title} …`);
    },
    end(key, ending, note) {
      const activity = running.get(key);
      if (activity === undefined) return;
      running.delete(key);
      const time = durationText(nowMs() - activity.startMs);
      output.line(`dvdi: ${activity.title}: ${words[ending]} ${time}${note === undefined ? '' : `: ${note}`}`);
    },
    note: (text) => output.line(`dvdi: ${text}`),
    pause() {},
    close() {},
  };
}

/** Says nothing: for `--quiet`. */
export const silentProgress: Progress = { begin() {}, end() {}, note() {}, pause() {}, close() {} };

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const frameMs = 80;

/** Lines that are redrawn in place, with a spinner and the time taken so far: for terminals. */
export async function createLiveProgress(output: Output): Promise<Progress> {
  const { createLogUpdate } = await import('log-update');
  // The cursor stays: hiding it would hand our signals to a library that ends the process on them.
  const screen = createLogUpdate(output.stream, { showCursor: true });
  const { palette } = output;
  const marks = { done: palette.good('✔'), failed: palette.bad('✘'), undone: palette.warning('↶') };
  const running = new Map<string, Activity>();
  let frame = 0;

  const line = (mark: string, activity: Activity, note = ''): string =>
    `${mark} ${activity.title} ${palette.faint(durationText(performance.now() - activity.startMs))}${note}`;
  const draw = (): void => {
    if (running.size === 0) screen.clear();
    else screen([...running.values()].map((activity) => line(palette.name(frames[frame] ?? ''), activity)).join('\n'));
  };
  let timer: NodeJS.Timeout | null = null;
  const start = (): void => {
    timer ??= setInterval(() => {
      frame = (frame + 1) % frames.length;
      draw();
    }, frameMs).unref();
  };
  const stop = (): void => {
    if (timer === null) return;
    clearInterval(timer);
    timer = null;
    screen.clear();
    screen.done();
  };
  const keep = (text: string): void => {
    screen.clear();
    output.line(text);
    draw();
  };

  return {
    begin(key, title) {
      running.set(key, { title, startMs: performance.now() });
      start();
      draw();
    },
    end(key, ending, note) {
      const activity = running.get(key);
      if (activity === undefined) return;
      running.delete(key);
      keep(line(marks[ending], activity, note === undefined ? '' : palette.faint(` ${note}`)));
    },
    note: keep,
    pause: stop,
    close: stop,
  };
}
