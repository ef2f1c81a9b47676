import { createPalette } from '../../host/system/palette.ts';
import { renderTable } from '../../host/system/table.ts';

const palette = createPalette(false);

test('columns are aligned by what a terminal shows, lines do not end in blanks', () => {
  const table = renderTable(
    ['VOLUME', 'USERS', 'WHY'],
    [
      ['a/日本', '1', 'x'],
      ['rexray/data', '12', ''],
    ],
    palette,
  );
  expect(table).toBe('VOLUME       USERS  WHY\na/日本       1      x\nrexray/data  12');
});

test('what comes from outside is never raw', () => {
  expect(renderTable(['A'], [['\u001b[31m\nroot\u202e']], palette)).toBe('A\n\\x1b[31m\\nroot\\u202e');
});

test('without rows there are the headings', () => {
  expect(renderTable(['A', 'B'], [], palette)).toBe('A  B');
});
