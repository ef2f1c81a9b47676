import { containerLaunchInfo } from '../../../host/cli/runtime/container-launch-info.ts';
import type { PreparedBind } from '../../../host/isolator/launch-spec.ts';

function bind(target: PreparedBind['target'], fields: Partial<PreparedBind> = {}): PreparedBind {
  const source = { path: '/mnt/volume/data', identity: { device: 1, inode: 2 } };
  return { source, target, recursive: true, readOnly: false, ...fields } as PreparedBind;
}

test('binds are mounts with the flags of mount(2), in a mount namespace of the container', () => {
  const binds = [
    bind({ within: null, path: '/srv' }),
    bind({ within: '/sandbox', path: '/data' }, { readOnly: true }),
    bind({ within: '/rootfs', path: '/' }, { recursive: false }),
  ];
  expect(containerLaunchInfo({ newMountNamespace: true, propagation: 'slave', binds, commands: [] })).toEqual({
    clone_namespaces: [131072],
    mounts: [
      { source: '/mnt/volume/data', target: '/srv', flags: 20480 },
      { source: '/mnt/volume/data', target: '/sandbox/data', flags: 20481 },
      { source: '/mnt/volume/data', target: '/rootfs/', flags: 4096 },
    ],
  });
});

test('a container that needs nothing keeps the namespaces it has', () => {
  expect(containerLaunchInfo({ newMountNamespace: false, propagation: 'slave', binds: [], commands: [] })).toEqual({});
});
