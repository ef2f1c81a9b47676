import { PassThrough } from 'node:stream';

import { createOutput } from '../../../host/cli/context.ts';
import { createLiveProgress, createPlainProgress, durationText } from '../../../host/cli/render/progress.ts';

test.each([
  [0, '0 ms'],
  [999, '999 ms'],
  [1000, '1.00 s'],
  [59_990, '59.99 s'],
  [60_000, '1 min 0 s'],
  [125_400, '2 min 5 s'],
])('%d ms are shown as %s', (durationMs, text) => {
  expect(durationText(durationMs)).toBe(text);
});

function capture(fields: object = {}): { stream: PassThrough; text: () => string } {
  const stream = Object.assign(new PassThrough(), fields);
  let text = '';
  stream.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  return { stream, text: () => text };
}

test('in a pipe there are plain lines: the beginning of what is slow, the end of everything', () => {
  const { stream, text } = capture();
  let nowMs = 0;
  const progress = createPlainProgress(createOutput(stream, true), () => nowMs);
  progress.begin('1', 'mount a/b', true);
  progress.begin('2', 'ensure directory /tmp/x', false);
  nowMs = 12;
  progress.end('2', 'done');
  nowMs = 1500;
  progress.end('1', 'failed', 'no answer');
  progress.end('unknown', 'done');
  progress.close();
  expect(text()).toBe(
    [
      'dvdi: mount a/b …',
      'dvdi: ensure directory /tmp/x: done in 12 ms',
      'dvdi: mount a/b: failed after 1.50 s: no answer',
      '',
    ].join('\n'),
  );
});

test('on a terminal what runs is redrawn, and what ended stays as a line', async () => {
  const { stream, text } = capture({ isTTY: true, columns: 80, rows: 24, hasColors: () => false });
  const progress = await createLiveProgress(createOutput(stream, true));
  progress.begin('1', 'mount a/b', true);
  progress.begin('2', 'mount c/d', true);
  expect(text()).toMatch(/⠋ mount a\/b \d+ ms\n⠋ mount c\/d \d+ ms/u);
  progress.end('2', 'done');
  progress.end('1', 'failed', 'no answer');
  progress.close();
  const lasting = text()
    .split('\n')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what the terminal is told is not part of the line
    .map((line) => line.replace(/\u001b\[[0-9;?]*[A-Za-z]/gu, ''))
    .filter((line) => /[✔✘]/u.test(line));
  expect(lasting).toEqual([
    expect.stringMatching(/^✔ mount c\/d \d+ ms$/u),
    expect.stringMatching(/^✘ mount a\/b \d+ ms no answer$/u),
  ]);
});
