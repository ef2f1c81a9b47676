import * as assemblyscript from 'assemblyscript';

/**
 * Enumerations of the compiler that its types declare as `const enum`, which a single-file build cannot see. They exist
 * at run time; a missing one would make every comparison below false, so each is checked here.
 */
interface Enumerations {
  readonly ArrowKind: { readonly None: number };
  readonly Token: { readonly Ampersand_Ampersand: number; readonly Bar_Bar: number };
  readonly ExpressionId: { readonly Block: number };
}

const { ArrowKind, Token, ExpressionId } = assemblyscript as unknown as Enumerations;

function existing(value: number | undefined, name: string): number {
  if (value === undefined) throw new Error(`this version of assemblyscript has no ${name}: mend test/support/coverage`);
  return value;
}

export const ARROW_NONE = existing(ArrowKind.None, 'ArrowKind.None');
export const TOKEN_AND = existing(Token.Ampersand_Ampersand, 'Token.Ampersand_Ampersand');
export const TOKEN_OR = existing(Token.Bar_Bar, 'Token.Bar_Bar');
export const EXPRESSION_BLOCK = existing(ExpressionId.Block, 'ExpressionId.Block');
