import { closeSync, openSync } from 'node:fs';
import { isAtOrUnder, mountIdOf, parseMountTable, readMountTable } from '../../host/system/mount-table.ts';

const SIMPLE = `22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw,discard
28 27 0:25 /sub /mnt/a ro,nosuid shared:5 master:7 propagate_from:2 unknown:9 - tmpfs none rw,size=4k
`;

function table(...lines: string[]) {
  return parseMountTable(lines.map((line) => `${line} - tmpfs none rw\n`).join(''));
}

describe('parsing', () => {
  test('reads every field', () => {
    expect(parseMountTable(SIMPLE).byId(28)).toEqual({
      id: 28,
      parentId: 27,
      device: '0:25',
      root: '/sub',
      mountpoint: '/mnt/a',
      options: ['ro', 'nosuid'],
      propagation: { shared: 5, master: 7, unbindable: false },
      filesystem: 'tmpfs',
      source: 'none',
      superOptions: ['rw', 'size=4k'],
    });
  });

  test('knows a private and an unbindable mount', () => {
    const parsed = table('1 0 0:1 / / rw', '2 1 0:2 / /u rw unbindable');
    expect(parsed.byId(1)?.propagation).toEqual({ shared: null, master: null, unbindable: false });
    expect(parsed.byId(2)?.propagation.unbindable).toBe(true);
  });

  test('undoes the octal escapes and only those', () => {
    const line = '1 0 0:1 /r\\040t /a\\040b\\011c\\012d\\134e\\043f\\\\09 rw - fuse.x\\040y so\\040urce rw,o\\054p\n';
    expect(parseMountTable(line).entries[0]).toMatchObject({
      root: '/r t',
      mountpoint: '/a b\tc\nd\\e#f\\\\09',
      filesystem: 'fuse.x y',
      source: 'so urce',
      superOptions: ['rw', 'o,p'],
    });
  });

  test('a mountpoint named "-" and an empty source are no trouble', () => {
    expect(parseMountTable('5 1 0:1 / /- rw - tmpfs  rw\n').entries[0]).toMatchObject({ mountpoint: '/-', source: '' });
  });

  test.each(['', '\n'])('an empty table is empty (%j)', (text) => {
    expect(parseMountTable(text).entries).toEqual([]);
    expect(parseMountTable(text).covering('/')).toBeNull();
  });

  test.each(['1 2 3', 'a 1 0:1 / / rw - t s rw', '1 0 0:1 / / rw tmpfs none rw', '1 0 0:1 / / rw - tmpfs'])(
    'refuses a line that is none: %s',
    (line) => {
      expect(() => parseMountTable(line)).toThrow('expected a line of mountinfo');
    },
  );
});

describe('lookups', () => {
  test('the mount that covers a path, by segments', () => {
    const parsed = parseMountTable(SIMPLE);
    expect(parsed.covering('/mnt/a/deep')?.id).toBe(28);
    expect(parsed.covering('/mnt/ab')?.id).toBe(27);
    expect(parsed.covering('/proc')?.id).toBe(22);
    expect(parsed.at('/mnt/a')?.id).toBe(28);
    expect(parsed.at('/mnt/a/deep')).toBeNull();
    expect(parsed.at('/')?.id).toBe(27);
  });

  test('of stacked mounts the topmost counts, whatever the order of the lines', () => {
    const parsed = table('9 8 0:3 / /a rw', '1 0 0:1 / / rw', '8 1 0:2 / /a rw');
    expect(parsed.at('/a')?.id).toBe(9);
  });

  test('a mount under a directory that was mounted over is hidden', () => {
    const parsed = table('1 0 0:1 / / rw', '2 1 0:2 / /a/b rw', '3 1 0:3 / /a rw');
    expect(parsed.at('/a/b')).toBeNull();
    expect(parsed.covering('/a/b')?.id).toBe(3);
  });

  test('a root that was mounted over counts from the top', () => {
    expect(table('1 0 0:1 / / rw', '2 1 0:2 / / rw', '3 1 0:3 / /a rw').at('/a')).toBeNull();
  });

  test('descendants come parents first, siblings of other mounts never', () => {
    const parsed = table(
      '1 0 0:1 / / rw',
      '2 1 0:2 / /v rw',
      '3 2 0:3 / /v/x rw',
      '4 3 0:4 / /v/x/y rw',
      '5 1 0:5 / /w rw',
    );
    const volume = parsed.at('/v');
    expect(volume && parsed.descendantsOf(volume).map((entry) => entry.id)).toEqual([3, 4]);
  });

  test('paths compare by segments', () => {
    expect(isAtOrUnder('/tmp/a', '/tmp')).toBe(true);
    expect(isAtOrUnder('/tmp', '/tmp')).toBe(true);
    expect(isAtOrUnder('/tmpfoo', '/tmp')).toBe(false);
    expect(isAtOrUnder('/anything', '/')).toBe(true);
  });
});

describe('this process', () => {
  test('the mount of an open fd is in the table and covers its path', async () => {
    const fd = openSync('/proc', 'r');
    try {
      const parsed = await readMountTable();
      const entry = parsed.byId(mountIdOf(fd));
      expect(entry?.filesystem).toBe('proc');
      expect(parsed.covering('/proc/self')).toEqual(entry);
    } finally {
      closeSync(fd);
    }
  });
});
