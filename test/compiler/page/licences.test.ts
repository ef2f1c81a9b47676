import { licencesOf } from '../../../compiler/page/licences.ts';

test('each package that is in a bundle has its licence, once', async () => {
  const text = await licencesOf(process.cwd(), [
    'host/admission/page/main.ts',
    'node_modules/@codemirror/state/dist/index.js',
    'node_modules/jsonc-parser/lib/esm/main.js',
    'node_modules/jsonc-parser/lib/esm/impl/edit.js',
  ]);
  expect(text).toMatch(/^@codemirror\/state \d+\.\d+\.\d+\n\nMIT License\n/);
  expect(text.match(/^jsonc-parser \d/gm)).toHaveLength(1);
  expect(text).toContain('Permission is hereby granted');
});
