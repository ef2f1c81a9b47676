import { loadPolicy } from '@open-policy-agent/opa-wasm';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Core } from '../../host/core/index.ts';
import { appSchema } from '../app-schema.ts';
import { smallApp } from '../documents.ts';
import { type Figure, type Row, type Target, TIMED_TOLERANCE } from '../figure.ts';
import { loadCore } from '../inspect-sample.ts';
import { buildRegoPolicy } from '../rego/build.ts';
import { batches, compare } from '../rounds.ts';

const ROUNDS = 101;
/** What is promised: 50 times as fast as Rego. */
const REGO_TARGET: Target = { of: 'ratio', atMost: 1 / 50, tolerance: TIMED_TOLERANCE };
const REQUEST = { kind: 0, now: '2026-12-01T00:00:00Z' };

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** From the bytes of an app to those of an answer. */
type Judge = (bytes: Uint8Array) => Uint8Array;

const ourJudge =
  (core: Core): Judge =>
  (bytes) =>
    core.admitBytes(REQUEST, bytes);

async function regoJudge(): Promise<Judge> {
  const policy = await loadPolicy(await buildRegoPolicy());
  return (bytes) => encoder.encode(JSON.stringify(policy.evaluate(JSON.parse(decoder.decode(bytes)))[0].result));
}

function schemaJudge(): Judge {
  const validate = new Ajv2020({ allErrors: true }).compile(appSchema);
  return (bytes) => {
    const isValid = validate(JSON.parse(decoder.decode(bytes)));
    return encoder.encode(JSON.stringify({ isValid, errors: validate.errors }));
  };
}

/** An app with one of its texts changed. */
function changed(bytes: Uint8Array, from: RegExp, to: string): Uint8Array {
  const text = decoder.decode(bytes);
  if (!from.test(text)) throw new Error(`expected the app to have ${from}`);
  return encoder.encode(text.replace(from, to));
}

/** Rego and the core must say the same of the app that is timed, and of some that are wrong. */
function expectSameVerdicts(ours: Judge, theirs: Judge, app: Uint8Array): void {
  const wrong = [/"DVDI_VOLUME_NAME"/, /"DVDI_VOLUME_OPTS"/].map((name) => changed(app, name, '"DVDI_VOLUME_NAM"'));
  wrong.push(changed(app, /"DVDI_VOLUME_CONTAINERPATH": *"\//, '"DVDI_VOLUME_CONTAINERPATH": "/tmp/../'));
  for (const document of [app, ...wrong]) {
    const [own, other] = [ours, theirs].map((judge) => JSON.parse(decoder.decode(judge(document))).verdict);
    if (own !== other) throw new Error(`expected one verdict, got ${own} from the core and ${other} from Rego`);
  }
}

async function row(peerName: string, target: Target | null, ours: Judge, theirs: Judge): Promise<Row> {
  const { name, bytes } = smallApp();
  const {
    ours: value,
    peer,
    ratio,
  } = await compare(
    batches(() => ours(bytes)),
    batches(() => theirs(bytes)),
    ROUNDS,
  );
  return {
    name: 'admit',
    what: `${name}, 2 KiB, bytes to bytes; median of ${ROUNDS} rounds`,
    unit: 'µs',
    value: value * 1_000,
    peer: { name: peerName, value: peer * 1_000, ratio },
    target,
  };
}

/** Judging an app before it is submitted, against the same rules in Rego, and against what a JSON Schema can say. */
export const admitFigure: Figure = {
  name: 'admit',
  async measure(): Promise<Row[]> {
    const ours = ourJudge(await loadCore());
    const rego = await regoJudge();
    expectSameVerdicts(ours, rego, smallApp().bytes);
    return [
      await row('Rego in wasm', REGO_TARGET, ours, rego),
      await row('ajv, less rules', null, ours, schemaJudge()),
    ];
  },
};
