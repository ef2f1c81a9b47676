import { parseTree } from 'jsonc-parser';

import { regionBetween } from '../../admission/region.ts';
import type { Description, JsonValue } from '../../core/documents.ts';
import { defaultOf } from '../../core/policy-schema.ts';
import type { Palette } from '../../system/palette.ts';
import { renderTable } from '../../system/table.ts';

/** A field of the policy in force: its value, and where that comes from. */
export interface EffectiveField {
  readonly field: string;
  readonly value: JsonValue;
  /** The place in the policy's file; null for the default. */
  readonly from: { readonly file: string; readonly line: number } | null;
}

/**
 * Every field of a policy that the core has taken, with the defaults where it says nothing.
 * @param text of the policy; null where there is none
 */
export function effectivePolicy(
  fields: Description['policy'],
  policy: { readonly name: string; readonly text: string } | null,
): EffectiveField[] {
  const properties = policy === null ? [] : (parseTree(policy.text)?.children ?? []);
  return fields.map((field) => {
    const own = properties.find(({ children }) => children?.[0]?.value === field.field);
    const value = own?.children?.[1];
    if (policy === null || own === undefined || value === undefined)
      return { field: field.field, value: defaultOf(field), from: null };
    return {
      field: field.field,
      value: JSON.parse(policy.text.slice(value.offset, value.offset + value.length)) as JsonValue,
      from: { file: policy.name, line: regionBetween(policy.text, own.offset, own.offset).startLine },
    };
  });
}

/** The same for a person to read. */
export function renderEffectivePolicy(fields: readonly EffectiveField[], palette: Palette): string {
  const rows = fields.map(({ field, value, from }) => [
    field,
    JSON.stringify(value),
    from === null ? 'default' : `${from.file}:${from.line}`,
  ]);
  return renderTable(['FIELD', 'VALUE', 'FROM'], rows, palette);
}
