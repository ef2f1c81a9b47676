import { fieldOf, frameOf } from './checkpoint/encoder.ts';

/** Bytes of a case: test/cases/README.md describes the parts. */
export type Part =
  | string
  | { repeat: string; count: number }
  | { numbered: string; count: number }
  | { hex: string }
  | { field: number; of: Part | Part[] }
  | { frame: 'little' | 'big'; of: Part | Part[] };

/** The bytes of parts, one after the other. */
export function bytesOfParts(parts: Part | Part[]): Buffer {
  return Buffer.concat((Array.isArray(parts) ? parts : [parts]).map(bytesOfPart));
}

function bytesOfPart(part: Part): Buffer {
  if (typeof part === 'string') return Buffer.from(part);
  if ('hex' in part) return Buffer.from(part.hex, 'hex');
  if ('repeat' in part) return Buffer.from(part.repeat.repeat(part.count));
  if ('field' in part) return fieldOf(part.field, bytesOfParts(part.of));
  if ('frame' in part) return frameOf(bytesOfParts(part.of), part.frame);
  return Buffer.from(
    Array.from({ length: part.count }, (_, index) => part.numbered.replaceAll('#', `${index}`)).join(''),
  );
}
