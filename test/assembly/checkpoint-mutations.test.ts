import { isDeepStrictEqual } from 'node:util';
import type { CheckpointImport, CheckpointRow } from '../../host/core/documents.ts';
import { decodeList } from '../support/checkpoint/decoder.ts';
import { type ExternalMount, frameOf, listOf } from '../support/checkpoint/encoder.ts';
import { mutantOf } from '../support/checkpoint/mutate.ts';
import { Random, seedFrom } from '../support/random.ts';
import { RawCore } from '../support/raw-core.ts';

const seed = seedFrom('DVDI_CHECKPOINT_SEED');
/** Of every run; `DVDI_CHECKPOINT_MUTATIONS` asks for more. */
const count = Math.max(100_000, Number(process.env.DVDI_CHECKPOINT_MUTATIONS ?? 0));
const TIMEOUT_MS = 120_000;

const WEB = { containerid: 'web.1', volumedriver: 'rexray', volumename: 'data', mountpoint: '/mnt/data' };
const OTHER: ExternalMount = {
  ...{ containerid: '86d83b9e-17f3', volumedriver: 'ceph', volumename: 'tür', mountpoint: '/mnt//tür/' },
  ...{ options: 'size=5,label=a=b', container_path: '/tmp/a', dvdcli_path: '/usr/bin/dvdcli', explicit_create: true },
};

/** Small lists, so that a mutation mostly hits what matters; of every framing. */
function files(): Buffer[] {
  const lists = [[WEB], [OTHER], [WEB, OTHER], [WEB, { ...WEB, containerid: 'db' }, OTHER], []].map(listOf);
  return lists.flatMap((list) => [list, list, frameOf(list, 'little'), frameOf(list, 'little'), frameOf(list, 'big')]);
}

/** What is wrong with an answer; null when a second reader reads the same. */
function complaint(file: Buffer, answer: CheckpointImport): string | null {
  const { framing, verdict, rows } = answer;
  const isFitting = file.length >= 4 && [file.readUInt32LE(0), file.readUInt32BE(0)].includes(file.length - 4);
  if ((framing === 'empty') !== (file.length === 0)) return 'it is not empty';
  if (isFitting && framing !== 'framed') return 'its length fits, so that it is framed';
  const list = decodeList(file, framing === 'framed' ? 4 : 0);
  if (verdict === 'deny') return list.count === 0 && rows.length === 0 ? null : 'it has rows, and is denied';
  if (list.count === 0 && !(isFitting && list.isWhole) && file.length > 0) return 'nothing of it is a list';
  const isTaken = (row: CheckpointRow) => rows.some((each) => isDeepStrictEqual(each, row));
  const known = list.rows.filter(({ row, isDoubtful }) => !isDoubtful || isTaken(row));
  if (!isDeepStrictEqual(rows, known.map(({ row }) => row))) return 'a second reader reads other rows';
  const isTold = rows.length === list.count && list.isWhole && (isFitting || framing !== 'framed');
  return verdict === 'allow' && !isTold ? 'something was left out, and it is not told' : null;
}

test(`${count} mutations, as a second reader reads them (DVDI_CHECKPOINT_SEED=${seed})`, async () => {
  const core = await RawCore.load();
  core.call('configure', '');
  const random = new Random(seed);
  const originals = files();
  const verdicts = new Map<string, number>();
  for (let round = 0; round < count; round++) {
    const file = mutantOf(originals, random);
    const where = () => `mutation ${round} of DVDI_CHECKPOINT_SEED=${seed}, bytes ${file.toString('hex')}`;
    let answer: CheckpointImport;
    try {
      answer = JSON.parse(core.call('importCheckpoint', file)) as CheckpointImport;
    } catch (error) {
      throw new Error(`the core trapped: ${where()}`, { cause: error });
    }
    const problem = complaint(file, answer);
    if (problem !== null) throw new Error(`${problem}: ${where()}\n${JSON.stringify(answer)}`);
    const kind = `${answer.framing}, ${answer.verdict}`;
    verdicts.set(kind, (verdicts.get(kind) ?? 0) + 1);
  }
  for (const kind of ['framed, allow', 'framed, warn', 'bare, allow', 'bare, warn', 'bare, deny']) {
    expect(verdicts.get(kind) ?? 0).toBeGreaterThan(count / 200);
  }
}, TIMEOUT_MS);

test('files as they were are read as they are', async () => {
  const core = await RawCore.load();
  core.call('configure', '');
  for (const file of files()) {
    const answer = JSON.parse(core.call('importCheckpoint', file)) as CheckpointImport;
    const isList = file.length > 0;
    expect(complaint(file, answer)).toBeNull();
    expect({ verdict: answer.verdict, isList: answer.framing !== 'empty' }).toEqual({ verdict: 'allow', isList });
  }
});
