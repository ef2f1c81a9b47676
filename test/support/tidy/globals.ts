import {
  BinaryExpression,
  CallExpression,
  ClassDeclaration,
  type Expression,
  FieldDeclaration,
  NamespaceDeclaration,
  NewExpression,
  type Node,
  Parser,
  type Source,
  VariableStatement,
} from 'assemblyscript';
import { type Complaint, filesLike, type Tree } from './tree.ts';

/** Functions whose result is a number or an address below the heap. */
const STATIC_CALLS = /^(?:memory\.data|sizeof|alignof|offsetof|idof|u8|i8|u16|i16|u32|i32|u64|i64|usize|isize)$/;

/** A literal, a list of literals, or a name: nothing in it is made when the module starts. */
const STATIC_TEXT = /^(?:-?[\w.]+|"[^"\\]*(?:\\.[^"\\]*)*"|'[^'\\]*(?:\\.[^'\\]*)*')$/;

/**
 * Globals of `assembly/` whose value is made on the heap when the module starts. The heap is reset at each call
 * (facts.md), so that such a value would be overwritten by the second one. Numbers, literal strings, constant arrays of
 * literals and `memory.data` lie below the heap.
 */
export function heapGlobals(tree: Tree): Complaint[] {
  const complaints: Complaint[] = [];
  for (const [path, text] of filesLike(tree, /^assembly\/.*\.ts$/)) {
    const parser = new Parser();
    parser.parseFile(text, path, true);
    for (const [name, value] of globalsOf(parser.sources[0])) {
      const reason = heapReason(value, text);
      if (reason !== null) complaints.push(`${path}:${lineOf(text, value)}: global ${name}: ${reason}`);
    }
  }
  return complaints;
}

function* globalsOf(owner: Source | NamespaceDeclaration | undefined): Generator<[name: string, value: Expression]> {
  const statements: readonly Node[] =
    owner === undefined ? [] : 'statements' in owner ? owner.statements : owner.members;
  for (const statement of statements) {
    if (statement instanceof VariableStatement) {
      for (const { name, initializer } of statement.declarations)
        if (initializer !== null) yield [name.text, initializer];
    } else if (statement instanceof ClassDeclaration) {
      for (const member of statement.members) {
        const isStatic = member instanceof FieldDeclaration && member.is(STATIC_FLAG);
        if (isStatic && member.initializer !== null)
          yield [`${statement.name.text}.${member.name.text}`, member.initializer];
      }
    } else if (statement instanceof NamespaceDeclaration) {
      yield* globalsOf(statement);
    }
  }
}

/** `CommonFlags.Static` of the compiler, a constant that its types do not give to other builds. */
const STATIC_FLAG = 1 << 5;

function heapReason(value: Expression, source: string): string | null {
  const text = textOf(value, source);
  if (STATIC_TEXT.test(text)) return null;
  if (value instanceof NewExpression) return '`new` makes an object on the heap';
  if (text.startsWith('`')) return 'a template string is made on the heap';
  if (text.startsWith('['))
    return isConstantArray(text) ? null : 'an array of values that are no literals is made on the heap';
  if (value instanceof BinaryExpression) {
    if (/["'`]/.test(text)) return '`+` makes a string on the heap';
    return heapReason(value.left, source) ?? heapReason(value.right, source);
  }
  if (value instanceof CallExpression) {
    const called = textOf(value.expression, source);
    return STATIC_CALLS.test(called) ? null : `${called}() may make an object on the heap`;
  }
  // Any other expression: whatever it is made of.
  for (const part of Object.values(value)) {
    if (isExpression(part)) {
      const reason = heapReason(part, source);
      if (reason !== null) return reason;
    }
  }
  return null;
}

function isConstantArray(text: string): boolean {
  const elements = text.slice(1, -1).split(/,(?=(?:[^"']*["'][^"']*["'])*[^"']*$)/);
  return elements.map((each) => each.trim()).every((each) => each === '' || STATIC_TEXT.test(each));
}

function isExpression(part: unknown): part is Expression {
  return typeof part === 'object' && part !== null && 'kind' in part && 'range' in part;
}

function textOf(node: Node, source: string): string {
  return source.slice(node.range.start, node.range.end);
}

function lineOf(source: string, node: Node): number {
  return source.slice(0, node.range.start).split('\n').length;
}
