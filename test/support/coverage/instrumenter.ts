import {
  BinaryExpression,
  BlockStatement,
  CommentNode,
  DecoratorNode,
  DoStatement,
  EmptyStatement,
  type Expression,
  ExpressionStatement,
  ForOfStatement,
  ForStatement,
  FunctionDeclaration,
  IfStatement,
  Node,
  ParameterNode,
  ParenthesizedExpression,
  type Range,
  type Source,
  type Statement,
  SwitchStatement,
  TernaryExpression,
  TypeNode,
  VariableStatement,
  WhileStatement,
} from 'assemblyscript';
import { ARROW_NONE, TOKEN_AND, TOKEN_OR } from './compiler.ts';
import { type FileMap, FileMapBuilder } from './file-map.ts';

/** Name of the function that counts; `counterSource` declares it for every source. */
const COUNTER_FUNCTION = '__coverage_count';

/** Conditions the compiler decides: a counter inside would turn them into code and compile what must not be. */
const COMPILE_TIME = /\b(ASC_\w+|(is[A-Z]\w*|sizeof|alignof|offsetof|idof|nameof|lengthof)\s*<)/;

/**
 * A library source with the counting function.
 * @param address of the first counter, in bytes
 */
export function counterSource(address: number): string {
  return `
// @ts-ignore: decorator
@global @inline
function ${COUNTER_FUNCTION}(counter: u32): void {
  const address = <usize>${address} + (<usize>counter << 2);
  store<u32>(address, load<u32>(address) + 1);
}
`;
}

/**
 * Puts counters into the syntax tree of an AssemblyScript source: one before each statement, one at the start of each
 * function, one in each path of `if`, `?:`, `&&`, `||` and `switch`. What the code computes stays the same.
 * Declarations outside of functions are not counted: the compiler turns them into constants.
 *
 * @param source is changed
 * @param path as the report shall name the file
 * @param firstCounter number of this source's first counter
 */
export function instrument(source: Source, path: string, firstCounter: number): FileMap {
  const map = new FileMapBuilder(path, source.text);
  new Instrumenter(map, source.text, firstCounter).visitChildren(source);
  return map;
}

/** Walks one source. Nodes are changed in place; `visit` gives the node that takes the visited one's place. */
class Instrumenter {
  readonly #map: FileMapBuilder;
  readonly #text: string;
  readonly #firstCounter: number;
  #functionDepth = 0;

  constructor(map: FileMapBuilder, text: string, firstCounter: number) {
    this.#map = map;
    this.#text = text;
    this.#firstCounter = firstCounter;
  }

  /** Every property that holds a node or a list of nodes, so that no kind of node needs a method of its own. */
  visitChildren(node: Node): void {
    const properties = node as unknown as Record<string, unknown>;
    for (const [name, value] of Object.entries(properties)) {
      if (value instanceof Node) properties[name] = this.#visit(value);
      else if (Array.isArray(value) && value[0] instanceof Node)
        properties[name] = value.map((each) => this.#visit(each));
    }
  }

  #visit(node: Node): Node {
    if (node instanceof FunctionDeclaration) return this.#visitFunction(node);
    // Types, decorators and default values hold nothing that is counted.
    if (node instanceof TypeNode || node instanceof DecoratorNode || node instanceof ParameterNode) return node;
    if (this.#functionDepth === 0) {
      this.visitChildren(node);
      return node;
    }
    if (node instanceof BlockStatement) return this.#visitBlock(node);
    if (node instanceof IfStatement) return this.#visitIf(node);
    if (node instanceof SwitchStatement) return this.#visitSwitch(node);
    if (node instanceof TernaryExpression) return this.#visitTernary(node);
    if (node instanceof BinaryExpression && isLogical(node)) return this.#visitLogical(node);
    this.visitChildren(node);
    if (
      node instanceof ForStatement ||
      node instanceof ForOfStatement ||
      node instanceof WhileStatement ||
      node instanceof DoStatement
    ) {
      node.body = this.#counted(node.body);
    }
    return node;
  }

  #visitFunction(node: FunctionDeclaration): Node {
    const { body } = node;
    if (body === null) return node;
    const name = node.name.text === '' ? '(anonymous)' : node.name.text;
    const counter = this.#map.addFunction(name, extent(node.name), extent(body));
    this.#functionDepth++;
    if (body instanceof BlockStatement) {
      this.#visitBlock(body);
      body.statements.unshift(this.#count(counter, body.range));
    } else if (node.arrowKind !== ARROW_NONE && body instanceof ExpressionStatement) {
      // `x => expression`: the expression itself is the one statement.
      const statement = this.#map.addStatement(...extent(body));
      this.visitChildren(body);
      body.expression = this.#countedExpression(statement, body.expression);
      body.expression = this.#countedExpression(counter, body.expression);
    }
    this.#functionDepth--;
    return node;
  }

  #visitBlock(node: BlockStatement): BlockStatement {
    node.statements = this.#visitStatements(node.statements);
    return node;
  }

  #visitStatements(statements: readonly Statement[]): Statement[] {
    return statements.flatMap((statement) => {
      const counter = this.#statementCounter(statement);
      const visited = this.#visit(statement) as Statement;
      return counter === null ? [visited] : [this.#count(counter, statement.range), visited];
    });
  }

  /** The statement's counter; null for what is no statement of its own in a report. */
  #statementCounter(statement: Statement): number | null {
    const uncounted =
      statement instanceof BlockStatement ||
      statement instanceof EmptyStatement ||
      statement instanceof CommentNode ||
      (statement instanceof VariableStatement && statement.declarations.every((each) => each.initializer === null));
    return uncounted ? null : this.#map.addStatement(...extent(statement));
  }

  /** The body of a loop or a path of an `if`, already visited unless it is a single statement: always a block. */
  #counted(statement: Statement): BlockStatement {
    if (statement instanceof BlockStatement) return statement;
    const counter = this.#statementCounter(statement);
    const statements = counter === null ? [statement] : [this.#count(counter, statement.range), statement];
    return Node.createBlockStatement(statements, statement.range);
  }

  #visitIf(node: IfStatement): Node {
    const { ifTrue, ifFalse } = node;
    const first = this.#map.addBranch('if', extent(node), [extent(ifTrue), extent(ifFalse ?? node)]);
    node.condition = this.#visit(node.condition) as Expression;
    node.ifTrue = this.#path(first, ifTrue);
    node.ifFalse = this.#path(first + 1, ifFalse ?? Node.createBlockStatement([], node.range));
    return node;
  }

  #path(counter: number, statement: Statement): BlockStatement {
    const block = this.#counted(this.#visit(statement) as Statement);
    block.statements.unshift(this.#count(counter, statement.range));
    return block;
  }

  #visitSwitch(node: SwitchStatement): Node {
    node.condition = this.#visit(node.condition) as Expression;
    const first = this.#map.addBranch('switch', extent(node), node.cases.map(extent));
    node.cases.forEach((each, index) => {
      each.statements = [this.#count(first + index, each.range), ...this.#visitStatements(each.statements)];
    });
    return node;
  }

  #visitTernary(node: TernaryExpression): Node {
    this.visitChildren(node);
    if (COMPILE_TIME.test(this.#textOf(node.condition))) return node;
    const first = this.#map.addBranch('cond-expr', extent(node), [extent(node.ifThen), extent(node.ifElse)]);
    node.ifThen = this.#countedExpression(first, node.ifThen);
    node.ifElse = this.#countedExpression(first + 1, node.ifElse);
    return node;
  }

  /** `a && b || c` is one branch with three paths, as istanbul has it: each counts how often it was evaluated. */
  #visitLogical(node: BinaryExpression): Node {
    if (COMPILE_TIME.test(this.#textOf(node))) return node;
    const leaves: Expression[] = [];
    collectLeaves(node, leaves);
    const first = this.#map.addBranch('binary-expr', extent(node), leaves.map(extent));
    return this.#replaceLeaves(node, { next: first });
  }

  #replaceLeaves(node: Expression, counter: { next: number }): Expression {
    if (node instanceof ParenthesizedExpression && isLogical(withoutParentheses(node))) {
      node.expression = this.#replaceLeaves(node.expression, counter);
      return node;
    }
    if (node instanceof BinaryExpression && isLogical(node)) {
      node.left = this.#replaceLeaves(node.left, counter);
      node.right = this.#replaceLeaves(node.right, counter);
      return node;
    }
    const own = counter.next++;
    return this.#countedExpression(own, this.#visit(node) as Expression);
  }

  /** `expression` → `(count(n), expression)`. */
  #countedExpression(counter: number, expression: Expression): Expression {
    const { range } = expression;
    const comma = Node.createCommaExpression([this.#call(counter, range), expression], range);
    return Node.createParenthesizedExpression(comma, range);
  }

  #count(counter: number, range: Range): Statement {
    return Node.createExpressionStatement(this.#call(counter, range));
  }

  #call(counter: number, range: Range): Expression {
    const number = Node.createIntegerLiteralExpression(i64_new(this.#firstCounter + counter), range);
    return Node.createCallExpression(Node.createIdentifierExpression(COUNTER_FUNCTION, range), null, [number], range);
  }

  #textOf(node: Node): string {
    return this.#text.slice(...extent(node));
  }
}

function extent(node: Node): [number, number] {
  return [node.range.start, node.range.end];
}

function isLogical(node: Node): boolean {
  return node instanceof BinaryExpression && (node.operator === TOKEN_AND || node.operator === TOKEN_OR);
}

function withoutParentheses(node: Expression): Expression {
  return node instanceof ParenthesizedExpression ? withoutParentheses(node.expression) : node;
}

function collectLeaves(node: Expression, leaves: Expression[]): void {
  const inner = withoutParentheses(node);
  if (inner instanceof BinaryExpression && isLogical(inner)) {
    collectLeaves(inner.left, leaves);
    collectLeaves(inner.right, leaves);
  } else {
    leaves.push(node);
  }
}
