import type { Task } from '../../host/core/documents.ts';
import { taskCommand } from '../../host/isolator/task-command.ts';

function task(fields: Partial<Task>): Task {
  const none = { shell: false, value: null, arguments: [], user: null, environment: [], directory: null, rootfs: null };
  return { ...none, ...fields };
}

test.each([
  [{ shell: true, value: 'echo $A' }, '/bin/sh', ['/bin/sh', '-c', 'echo $A']],
  [{ shell: true, value: 'ls', arguments: ['ignored'] }, '/bin/sh', ['/bin/sh', '-c', 'ls']],
  [{ value: '/bin/ls', arguments: ['name', '-l'] }, '/bin/ls', ['name', '-l']],
  [{ value: 'ls' }, 'ls', ['ls']],
  [{ arguments: ['ls', '-l'] }, 'ls', ['ls', '-l']],
])('%j is executed as %s', async (fields, file, argv) => {
  expect(await taskCommand(task(fields))).toMatchObject({ file, argv });
});

const nothing: Partial<Task>[] = [{}, { shell: true }, { value: '' }, { arguments: [''] }];

test.each(nothing)('%j names nothing to execute', async (fields) => {
  await expect(taskCommand(task(fields))).rejects.toMatchObject({ name: 'LaunchError', code: 'launch-command' });
});

test('variables without a known value are left out, later ones of a name win, prototypes are just names', async () => {
  const environment = [
    { name: 'A', value: '1' },
    { name: 'SECRET', value: null },
    { name: '__proto__', value: 'x' },
    { name: 'A', value: '2' },
  ];
  const { environment: known } = await taskCommand(task({ value: 'ls', environment }));
  expect(Object.entries(known)).toEqual([
    ['A', '2'],
    ['__proto__', 'x'],
  ]);
});

test.each([
  ['', '1'],
  ['A=B', '1'],
  ['A\0', '1'],
  ['A', '1\0'],
])('the variable %j=%j cannot be passed', async (name, value) => {
  const environment = [{ name, value }];
  await expect(taskCommand(task({ value: 'ls', environment }))).rejects.toMatchObject({ code: 'launch-environment' });
});

test.each(['LD_PRELOAD', 'LD_LIBRARY_PATH', 'LD_AUDIT', 'GLIBC_TUNABLES', 'GCONV_PATH', 'MALLOC_CHECK_'])(
  'the variable %s is refused on the way into a rootfs, and only there',
  async (name) => {
    const environment = [{ name, value: '/tmp/evil' }];
    expect(await taskCommand(task({ value: 'ls', environment }))).toMatchObject({
      environment: { [name]: '/tmp/evil' },
    });
    await expect(taskCommand(task({ value: 'ls', environment, rootfs: '/rootfs' }))).rejects.toMatchObject({
      code: 'launch-environment',
      message: expect.stringContaining(name),
    });
  },
);
