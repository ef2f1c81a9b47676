import * as assemblyscript from 'assemblyscript';
import {
  CallExpression,
  DecoratorNode,
  ExportStatement,
  type Expression,
  IdentifierExpression,
  ImportStatement,
  Node,
  type Parser,
  type Range,
  StringLiteralExpression,
} from 'assemblyscript';
import { Transform } from 'assemblyscript/transform';
import { type TextLayout, TextTable } from './text-table.ts';

/** Size of one text in bytes: the fields of the class `Text`, an address and a length. */
const TEXT_SIZE_BYTES = 8;

/** Path of the source with the table, and the name by which all others refer to its texts. */
const TABLE_PATH = '~lib/text-literals.ts';
const TEXTS = '__texts';

/** `Token.Plus`: the types declare it as `const enum`, which a single-file build cannot see; it exists at run time. */
const { Token } = assemblyscript as unknown as { readonly Token: { readonly Plus: number } };

/**
 * A transform of the AssemblyScript compiler (`asc --transform`): every string literal of our sources is a `Text`
 * (assembly/json/text.ts), a run of UTF-8 bytes in static memory, where AssemblyScript itself makes a `String` of
 * UTF-16 units. docs/decisions.md, "Why are string literals UTF-8?", has the reasons.
 *
 * The messages of `assert` stay strings: the compiler hands them to `abort`.
 */
export default class TextLiterals extends Transform {
  afterParse(parser: Parser): void {
    const table = new TextTable();
    for (const source of parser.sources) if (!source.isLibrary) replaceBelow(source, table);
    if (table.size > 0) parser.parseFile(tableSource(table.layOut()), TABLE_PATH, false);
  }
}

/** Replaces the literals below a node, in place. */
function replaceBelow(node: Node, table: TextTable): void {
  const properties = node as unknown as Record<string, unknown>;
  for (const [name, value] of Object.entries(properties)) {
    if (value instanceof Node) properties[name] = replaced(value, table);
    else if (Array.isArray(value) && value[0] instanceof Node)
      properties[name] = value.map((each: Node) => replaced(each, table));
  }
}

/** The node, or what takes its place. */
function replaced(node: Node, table: TextTable): Node {
  if (node instanceof StringLiteralExpression) return reference(table.numberOf(node.value), node.range);
  if (isForCompiler(node)) return node;
  if (node instanceof CallExpression && isAssert(node)) {
    node.args = node.args.map((each, index) => (index === 0 ? (replaced(each, table) as Expression) : each));
  } else {
    replaceBelow(node, table);
  }
  return node;
}

/** True for what holds names that only the compiler reads, such as the paths of modules. */
function isForCompiler(node: Node): boolean {
  return node instanceof DecoratorNode || node instanceof ImportStatement || node instanceof ExportStatement;
}

function isAssert(call: CallExpression): boolean {
  return call.expression instanceof IdentifierExpression && call.expression.text === 'assert';
}

/** `changetype<Text>(texts + 8 * number)`: a constant, since a reference is an address. */
function reference(number: number, range: Range): Expression {
  const type = Node.createNamedType(Node.createSimpleTypeName('Text', range), null, false, range);
  const texts = Node.createIdentifierExpression(TEXTS, range);
  const offset = Node.createIntegerLiteralExpression(i64_new(number * TEXT_SIZE_BYTES), range);
  const address = Node.createBinaryExpression(Token.Plus, texts, offset, range);
  return Node.createCallExpression(Node.createIdentifierExpression('changetype', range), [type], [address], range);
}

/** The table in AssemblyScript: the bytes, then the texts that point into them. Lazy: whoever comes first makes it. */
function tableSource({ bytes, places }: TextLayout): string {
  const texts = places.map(({ offset, length }) => `bytes + ${offset}, ${length}`);
  return `@lazy const bytes: usize = memory.data<u8>([${bytes.join(', ')}]);
@global @lazy const ${TEXTS}: usize = memory.data<usize>([${texts.join(', ')}]);
`;
}
