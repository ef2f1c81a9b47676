import { definitionOf, mergeUpdate, scaleGroup } from '../../../host/admission/marathon/app-update.ts';

const running = {
  id: '/web',
  cmd: 'serve',
  env: { A: '1', B: '2' },
  container: { type: 'MESOS', volumes: [] },
  instances: 1,
  tasks: [{ id: 'web.1' }],
  version: '2026-01-01T00:00:00.000Z',
};

test('an update replaces whole members, keeps what is absent or null, and has no word in the id', () => {
  expect(mergeUpdate(running, { env: { C: '3' }, container: null, instances: 2, id: '/other' }, '/web')).toEqual({
    id: '/web',
    cmd: 'serve',
    env: { C: '3' },
    container: { type: 'MESOS', volumes: [] },
    instances: 2,
  });
});

test('an update of nothing is a new app', () => {
  expect(mergeUpdate({}, { cmd: 'true' }, '/new')).toEqual({ cmd: 'true', id: '/new' });
});

test('what Marathon tells about a running app is not a part of it', () => {
  expect(Object.keys(definitionOf(running))).toEqual(['id', 'cmd', 'env', 'container', 'instances']);
});

test('a member of the name __proto__ stays a member', () => {
  const update = JSON.parse('{"__proto__": {"instances": 9}}');
  expect(Object.keys(mergeUpdate(running, update, '/web'))).toContain('__proto__');
  expect(mergeUpdate(running, update, '/web').instances).toBe(1);
});

test('a group is scaled in all its depth, rounded up, one instance where none is said', () => {
  const group = {
    id: '/g',
    version: 'v',
    apps: [{ id: '/g/a', instances: 3 }, { id: '/g/b' }],
    groups: [{ id: '/g/h', apps: [{ id: '/g/h/c', instances: 1 }], groups: [] }],
  };
  expect(scaleGroup(group, 1.5)).toEqual({
    id: '/g',
    apps: [
      { id: '/g/a', instances: 5 },
      { id: '/g/b', instances: 2 },
    ],
    groups: [{ id: '/g/h', apps: [{ id: '/g/h/c', instances: 2 }], groups: [] }],
  });
});
