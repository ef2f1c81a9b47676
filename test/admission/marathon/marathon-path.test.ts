import { marathonPath } from '../../../host/admission/marathon/marathon-path.ts';

test.each([
  [null, '/'],
  ['', '/'],
  ['/env/DVDI_VOLUME_NAME', '/env/DVDI_VOLUME_NAME'],
  ['/container/volumes/0/external/options/dvdi~1driver', '/container/volumes(0)/external/options("dvdi/driver")'],
  ['/0/instances', '(0)/instances'],
  ['/groups/1/apps/10/id', '/groups(1)/apps(10)/id'],
  ['/env/a.b', '/env("a.b")'],
  ['/env/quote"~0~1', '/env("quote\\"~/")'],
  ['/env/01', '/env("01")'],
  ['/env/', '/env("")'],
  ['/labels/~01', '/labels("~1")'],
])('%j is written as %s', (pointer, path) => {
  expect(marathonPath(pointer)).toBe(path);
});
