import { dirname, join } from 'node:path';
import type { VolumeOption } from '../../host/core/documents.ts';
import { createDvdcliDriver } from '../../host/driver/dvdcli/dvdcli-driver.ts';
import { startLocalDriver } from '../../host/driver/local/local-driver.ts';
import { createPluginDriver } from '../../host/driver/plugin/plugin-driver.ts';
import { requireBuiltDvdcli } from '../support/built-dvdcli.ts';
import { withDockerSocket } from '../support/docker-socket.ts';
import { guardMounts } from '../support/mount-guard.ts';

const guard = guardMounts();

test('the embedded driver names a mountpoint while a volume is mounted, by both transports', async () => {
  const executable = await requireBuiltDvdcli();
  const name = `dvdi-local-${process.pid}`;
  const volume = { driver: name, name: 'data' };
  const options: VolumeOption[] = [{ key: 'size', value: '1', secret: false }];
  const call = { volume, timeoutMs: 30_000 };
  await withDockerSocket(name, async (socket) => {
    const local = await startLocalDriver({
      store: join(guard.directory, 'store'),
      socketDirectory: dirname(socket),
      names: [name],
    });
    try {
      const plugin = createPluginDriver({ wait: false });
      const dvdcli = createDvdcliDriver(executable);
      const expectBoth = async (expected: string | null) => {
        expect(await plugin.mountpointOf(call)).toBe(expected);
        expect(await dvdcli.mountpointOf(call)).toBe(expected);
      };
      await expectBoth(null);
      const mountpoint = await plugin.mount({ ...call, options, create: true });
      await expectBoth(mountpoint);
      await plugin.unmount(call);
      await expectBoth(null);
    } finally {
      await local.close();
    }
  });
});
