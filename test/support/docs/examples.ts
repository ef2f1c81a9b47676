import type { Core, Finding, PrepareRequest } from '../../../host/core/index.ts';
import { type ExternalMount, frameOf, listOf } from '../checkpoint/encoder.ts';
import { type Block, bytesOfExample } from './page.ts';

/** Which of a section's two examples. */
export type Side = 'wrong' | 'right';

type Subject = 'document' | 'policy' | 'request' | 'checkpoint';

/**
 * What a section's blocks say about one subject: the block of that side, else the one for both, else the wrong side's
 * (an example may be mended by its policy alone).
 */
function bytesOf(blocks: readonly Block[], subject: Subject, side: Side): Uint8Array | null {
  const isOf = (block: Block): boolean =>
    subject === 'document' ? !/policy|request|checkpoint/u.test(block.marks.join(' ')) : block.marks.includes(subject);
  const own = blocks.filter(isOf);
  const sideOf = (block: Block): string | undefined => block.marks.find((mark) => /^(?:wrong|right)$/u.test(mark));
  const found =
    own.find((block) => sideOf(block) === side) ??
    own.find((block) => sideOf(block) === undefined) ??
    // A policy or a request that mends belongs to its own side only.
    (subject === 'document' ? own.find((block) => sideOf(block) === 'wrong') : undefined);
  return found === undefined ? null : bytesOfExample(found.text);
}

/** The policy's bytes with `strict` added; a policy that is no object or is wrong stays as it is. */
function strictly(policy: Uint8Array): Uint8Array {
  const fields = JSON.parse(new TextDecoder().decode(policy)) as Record<string, unknown>;
  return new TextEncoder().encode(JSON.stringify({ ...fields, strict: true }));
}

/** The file that an example of a checkpoint describes. */
function fileOf(example: Uint8Array): Uint8Array {
  const { mount, torn } = JSON.parse(new TextDecoder().decode(example)) as { mount: ExternalMount[]; torn?: number };
  const file = frameOf(listOf(mount), 'little');
  return file.subarray(0, file.length - (torn ?? 0));
}

/**
 * Runs one side of a section's example through the core, and gives every finding that comes of it. Examples marked
 * `admit` are judged before they are submitted, all others as an agent reads them.
 */
export function findingsOfExample(
  core: Core,
  blocks: readonly Block[],
  side: Side,
  options: { strict: boolean },
): Finding[] {
  const policy = bytesOf(blocks, 'policy', side) ?? new TextEncoder().encode('{}');
  core.configure('');
  const configuration = core.configure(options.strict ? strictly(policy) : policy);
  const checkpoint = bytesOf(blocks, 'checkpoint', side);
  if (checkpoint !== null) return [...core.importCheckpoint(fileOf(checkpoint)).findings];
  const document = bytesOf(blocks, 'document', side);
  if (document === null) return [...configuration.findings];
  const header = bytesOf(blocks, 'request', side);
  if (blocks.some(({ marks }) => marks.includes('admit'))) {
    return [...configuration.findings, ...core.admit({ kind: 0, now: null }, document).findings];
  }
  const answer =
    header === null
      ? core.inspect(0, document)
      : core.prepare(JSON.parse(new TextDecoder().decode(header)) as PrepareRequest, document);
  return [...configuration.findings, ...answer.findings];
}
