import { readdirSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join, relative } from 'node:path';
import * as ts from 'typescript';

/** An error code in the sources, and where it is written. */
export interface CodePlace {
  readonly code: string;
  /** `packages/core/src/errors/failure.ts:12` */
  readonly place: string;
}

const UPPER = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/;

/** Codes of Node and of the operating system, which ours are compared with or stand in for. */
const FOREIGN = new Set([...Object.keys(constants.errno), 'ENOTFOUND', 'MODULE_NOT_FOUND']);

/**
 * Every error code that is written in the sources of the packages: a text in UPPER_SNAKE_CASE with an underscore,
 * wherever it stands but in a comparison, and one without where a code is expected: in what is called `code`, or as an argument for a
 * parameter of that name.
 */
export function sourceErrorCodes(root: string): readonly CodePlace[] {
  const sources = sourceFiles(root).map((file) =>
    ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true),
  );
  const takers = new Set(sources.flatMap(codeTakers));
  return sources.flatMap((source) => codesIn(source, takers, root));
}

function sourceFiles(root: string): readonly string[] {
  const folders = ['packages', 'packages/destinations'].flatMap((parent) =>
    readdirSync(join(root, parent))
      // What its cases have fail, fails by codes of their own.
      .filter((name) => name !== 'testkit')
      .map((name) => join(root, parent, name, 'src')),
  );
  return folders.flatMap((folder) => {
    try {
      const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
      return names.filter((name) => name.endsWith('.ts')).map((name) => join(folder, name));
    } catch {
      return [];
    }
  });
}

/** Functions that take a code, as `name 2`: the name and the position of the parameter. */
function codeTakers(source: ts.SourceFile): readonly string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node)) {
      const index = node.parameters.findIndex(({ name }) => ts.isIdentifier(name) && name.text === 'code');
      const name = nameOf(node.name) ?? nameOf((node.parent as ts.NamedDeclaration).name);
      if (index !== -1 && name !== undefined) found.push(`${name} ${index}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function codesIn(source: ts.SourceFile, takers: ReadonlySet<string>, root: string): readonly CodePlace[] {
  const found: CodePlace[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) && UPPER.test(node.text) && !isForeign(node.text)) {
      if (node.text.includes('_') ? !isCompared(node) : isExpectedToBeCode(node, takers)) {
        const { line } = source.getLineAndCharacterOfPosition(node.getStart());
        found.push({ code: node.text, place: `${relative(root, source.fileName)}:${line + 1}` });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function isForeign(text: string): boolean {
  return FOREIGN.has(text) || text.startsWith('ERR_');
}

/** A code that is only looked for is not one that is thrown. */
function isCompared({ parent }: ts.Node): boolean {
  return ts.isBinaryExpression(parent) && !isChoice(parent.operatorToken.kind);
}

/** Up from the text, through what only chooses between values, to what it is given to. */
function isExpectedToBeCode(text: ts.Node, takers: ReadonlySet<string>): boolean {
  let value = text;
  let { parent } = value;
  while (ts.isParenthesizedExpression(parent) || ts.isConditionalExpression(parent) || ts.isBinaryExpression(parent)) {
    if (ts.isConditionalExpression(parent) && parent.condition === value) return false;
    if (ts.isBinaryExpression(parent) && !isChoice(parent.operatorToken.kind)) return false;
    value = parent;
    ({ parent } = value);
  }
  if (ts.isCallExpression(parent)) {
    const callee = parent.expression;
    const name = nameOf(ts.isPropertyAccessExpression(callee) ? callee.name : callee);
    return takers.has(`${name} ${parent.arguments.indexOf(value as ts.Expression)}`);
  }
  if (!ts.isPropertyAssignment(parent) && !ts.isVariableDeclaration(parent) && !ts.isParameter(parent)) return false;
  return parent.initializer === value && nameOf(parent.name) === 'code';
}

function isChoice(operator: ts.SyntaxKind): boolean {
  return operator === ts.SyntaxKind.QuestionQuestionToken || operator === ts.SyntaxKind.BarBarToken;
}

function nameOf(node: ts.Node | undefined): string | undefined {
  if (node === undefined) return undefined;
  return ts.isIdentifier(node) || ts.isPrivateIdentifier(node) || ts.isStringLiteral(node) ? node.text : undefined;
}
