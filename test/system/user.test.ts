import { readFile } from 'node:fs/promises';
import { lookUpUser } from '../../host/system/user.ts';

test('a user is found by name and by number, with the groups it is in', async () => {
  const root = { uid: 0, gid: 0, groups: expect.arrayContaining([0]) };
  expect(await lookUpUser('root')).toEqual(root);
  expect(await lookUpUser('0')).toEqual(root);
});

test('the answer is what the machine says', async () => {
  const line = (await readFile('/etc/passwd', 'utf8')).split('\n').find((each) => each.startsWith('nobody:')) ?? '';
  const [, , uid, gid] = line.split(':').map(Number);
  expect(await lookUpUser('nobody')).toEqual({ uid, gid, groups: [gid] });
});

test.each(['no-such-user', '4294967290', '', '-G', '--help', 'root:x', 'a\0b', 'root\nnobody'])(
  'who is not known is a typed error: %j',
  async (user) => {
    await expect(lookUpUser(user)).rejects.toMatchObject({ name: 'UserError', code: 'user-unknown', user });
  },
);
