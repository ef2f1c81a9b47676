/** What the false core does when it is asked for a verdict. */
export type FalseAct = 'trap' | 'hang';

const I32 = 0x7f;
const I64 = 0x7e;
/** Where its answers lie; a request goes behind them. */
const ANSWERS_AT = 1024;
const REQUEST_AT = 16 * 1024;

const FAULT = { message: 'the ledger of this test is never balanced', file: 'assembly/false.ts', line: 7, column: 1 };
const DESCRIPTION = { abi: '1.2', name: 'false-core', version: '0.0.0', limits: {}, kinds: [], rules: [], policy: [] };
const CONFIGURATION = { abi: '1.2', verdict: 'allow', findings: [] };

/**
 * A WebAssembly module with the exports of the core that takes any policy and then fails: the real core has no document
 * that makes it fail, or it would be mended.
 */
export function falseCore(act: FalseAct): Uint8Array {
  const answers = [DESCRIPTION, CONFIGURATION, FAULT].map((answer) => Buffer.from(JSON.stringify(answer)));
  const [describe = 0n, configure = 0n, fault = 0n] = placesOf(answers);
  // Bodies of functions: constants, `unreachable`, or a loop that branches to its own start.
  const fail = act === 'trap' ? [0x00] : [0x03, 0x40, 0x0c, 0x00, 0x0b, 0x00];
  const functions: readonly [name: string, parameters: number[], result: number, body: number[]][] = [
    ['abi', [], I32, [0x41, ...signed(0x1_0002n)]],
    ['allocate', [I32], I32, [0x41, ...signed(BigInt(REQUEST_AT))]],
    ['describe', [], I64, [0x42, ...signed(describe)]],
    ['fault', [], I64, [0x42, ...signed(fault)]],
    ['configure', [I32, I32], I64, [0x42, ...signed(configure)]],
    ['admit', [I32, I32], I64, fail],
    ['prepare', [I32, I32], I64, fail],
  ];
  const types = functions.map(([, parameters, result]) => [
    0x60,
    ...vector(parameters.map((each) => [each])),
    1,
    result,
  ]);
  const exported = functions.map(([name], index) => [...text(name), 0x00, index]);
  const code = functions.map(([, , , body]) => sized([0x00, ...body, 0x0b]));
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, vector(types)),
    ...section(3, vector(functions.map((_, index) => [index]))),
    ...section(5, [0x01, 0x00, 0x02]),
    ...section(7, vector([...exported, [...text('memory'), 0x02, 0x00]])),
    ...section(10, vector(code)),
    ...section(11, [0x01, 0x00, 0x41, ...signed(BigInt(ANSWERS_AT)), 0x0b, ...sized([...Buffer.concat(answers)])]),
  ]);
}

/** Where each answer lies, as the core gives it: address and length. */
function placesOf(answers: readonly Buffer[]): bigint[] {
  let at = ANSWERS_AT;
  return answers.map(({ byteLength }) => {
    const place = (BigInt(at) << 32n) | BigInt(byteLength);
    at += byteLength;
    return place;
  });
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...sized(content)];
}

function vector(items: readonly (readonly number[])[]): number[] {
  return [...unsigned(items.length), ...items.flat()];
}

function text(value: string): number[] {
  return sized([...Buffer.from(value)]);
}

function sized(content: readonly number[]): number[] {
  return [...unsigned(content.length), ...content];
}

/** LEB128. */
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

/** Signed LEB128, of a number that is not negative. */
function signed(value: bigint): number[] {
  const low = Number(value & 0x7fn);
  return value < 0x40n ? [low] : [low | 0x80, ...signed(value >> 7n)];
}
