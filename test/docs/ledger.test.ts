import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { APPLICATION_ID, SCHEMA_1, SCHEMA_VERSION, TABLES } from '../../host/isolator/ledger/schema.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/ledger.md'), 'utf8');

/** The columns that the page describes, by table: the first cells of the rows under a heading of the third level. */
function describedColumns(): Map<string, string[]> {
  const sections = page.split(/^### /mu).slice(1);
  return new Map(
    sections.map((section) => {
      const [heading = '', ...lines] = (section.split(/^## /mu)[0] as string).split('\n');
      const cells = lines.filter((line) => /^\| `/u.test(line)).map((line) => line.split('|')[1] as string);
      return [heading, cells.flatMap((cell) => [...cell.matchAll(/`([a-z_]+)`/gu)].map((match) => match[1] as string))];
    }),
  );
}

function schemaOf(): DatabaseSync {
  const database = new DatabaseSync(':memory:');
  database.exec(SCHEMA_1);
  return database;
}

test('the page describes every table and every column of the schema, in its order, and no others', () => {
  const database = schemaOf();
  const columns = TABLES.map((table) => {
    const rows = database.prepare(`SELECT name FROM pragma_table_info('${table}') ORDER BY cid`).all();
    return [table, rows.map(({ name }) => name).sort()];
  });
  const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
  database.close();
  expect(tables.map(({ name }) => name).sort()).toEqual([...TABLES].sort());
  const described = [...describedColumns()].map(([table, names]) => [table, [...names].sort()]);
  expect(described).toEqual(columns);
});

test('the page names the version, the application id and every state', () => {
  expect(page).toContain(`## Schema, version ${SCHEMA_VERSION}`);
  expect(page).toContain(`0x${APPLICATION_ID.toString(16)}`);
  const states = [...SCHEMA_1.matchAll(/state IN \(([^)]+)\)/gu)].flatMap(([, list = '']) => list.split(', '));
  expect(states).toHaveLength(8);
  for (const state of states) expect(page).toContain(`| \`${state.replaceAll("'", '')}\` |`);
});

test('the queries of the page are understood by SQLite', () => {
  const database = schemaOf();
  const block = page.split('## To look at it')[1]?.match(/^ {4}SELECT[\s\S]*?(?=^\S)/mu)?.[0] ?? '';
  const queries = block.split(';').filter((query) => query.trim() !== '');
  expect(queries).toHaveLength(4);
  for (const query of queries) expect(database.prepare(query).all()).toEqual([]);
  database.close();
});
