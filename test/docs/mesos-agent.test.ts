import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const read = (name: string): string => readFileSync(join(root, name), 'utf8');

const page = read('docs/mesos-agent.md');
const troubleshooting = read('docs/troubleshooting.md');

/** The texts of all C++ sources of the host. */
function sources(): string[] {
  const folder = join(root, 'host/mesos');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.cpp'))
    .map((name) => readFileSync(join(folder, name), 'utf8'));
}

/** Names of lines that the module can write: those that are told, but not below the level that is written. */
function linesToldBy(text: string): string[] {
  return [...text.matchAll(/\btell\(([^;]*?),\s*"([a-z]+(?:-[a-z]+)*)"/gu)]
    .filter(([, level = '']) => !/^EventLevel::(?:trace|debug)$/u.test(level.trim()))
    .map(([, , name = '']) => name);
}

test('lines are found that are told at one level, at one of two, and not at those that are not written', () => {
  const text = `events.tell(EventLevel::warn, "a-b", {}); tell(isUndo ? EventLevel::info : EventLevel::debug, "c", x);
    parts_.events.tell(EventLevel::trace, "never", {});`;
  expect(linesToldBy(text)).toEqual(['a-b', 'c']);
});

test('docs/troubleshooting.md has a section for every line that the module can write, and for no other', () => {
  const told = new Set(sources().flatMap(linesToldBy));
  expect(told.size).toBeGreaterThan(15);
  const documented = [...troubleshooting.matchAll(/^### ([a-z-]+)$/gmu)].map(([, name = '']) => name);
  expect(documented.toSorted()).toEqual([...told].toSorted());
});

test('each section says the level, what it means, and how to see the same', () => {
  for (const section of troubleshooting.split(/^### /mu).slice(1)) {
    const [name = '', ...lines] = section.split(/^## /mu)[0]?.split('\n') ?? [];
    const text = lines.join('\n').trim();
    expect([name, /^`[IWE]`/u.test(text)]).toEqual([name, true]);
    expect([name, /dvdi-agent/u.test(text)]).toEqual([name, true]);
    expect([name, text.length > 120]).toEqual([name, true]);
  }
});

test('the example of modules.json is the one of the page, with parameters that there are', () => {
  const example = read('examples/mesos-agent/modules.json');
  expect(page).toContain(`\`\`\`json\n${example}\`\`\``);
  const { libraries } = JSON.parse(example);
  const [{ file, modules }] = libraries;
  expect(file).toMatch(/\/libmesos_dvdi_isolator-\d+\.\d+\.\d+\.so$/u);
  expect(read('host/mesos/module/isolator-module.cpp')).toContain(` ${modules[0].name}(`);
  const parameters = [
    ...(/names\{([^}]*)\}/u.exec(read('host/mesos/module/parameters.cpp'))?.[1] ?? '').matchAll(/"(\w+)"/gu),
  ];
  const known = parameters.map(([, name = '']) => name);
  expect(known).toHaveLength(5);
  for (const { key } of modules[0].parameters) expect(known).toContain(key);
  for (const name of known) expect(page).toMatch(new RegExp(`^\\| \`${name}\` \\|`, 'mu'));
});

test('the flags of the example name the isolator', () => {
  const flags = new Map(
    [...read('examples/mesos-agent/agent.env').matchAll(/^(MESOS_\w+)=(.*)$/gmu)].map(([, name = '', value = '']) => [
      name,
      value,
    ]),
  );
  expect(flags.get('MESOS_MODULES')).toBe('file:///etc/mesos/dvdi-modules.json');
  expect(flags.get('MESOS_ISOLATION')?.split(',')).toEqual([
    'filesystem/linux',
    'com_emccode_mesos_DockerVolumeDriverIsolator',
  ]);
});

test('the table of versions has one for each feature that a version brought', () => {
  const listed = [...page.matchAll(/^\| (\d+)\.(\d+)\.(\d+) \|/gmu)].map(([, major, minor]) => `${major}.${minor}`);
  const boundaries = [...read('host/mesos/module/mesos-version.hpp').matchAll(/MESOS_VERSION >= (\d+)\)/gu)].map(
    ([, number]) => `${Math.floor(Number(number) / 10_000)}.${Math.floor(Number(number) / 100) % 100}`,
  );
  expect(boundaries.length).toBeGreaterThan(10);
  for (const boundary of boundaries) expect(listed).toContain(boundary);
});
