import type { Colors } from '../output/colors';
import { indent } from '../output/indent';
import type { ConditionTree } from './explanation';

/** How much of a value is shown. */
const VALUE_LENGTH = 60;

/** Renders a condition as a tree: what each part came to, and the values it was decided on. */
export function renderCondition(node: ConditionTree, colors: Colors): string {
  const children = node.children ?? [];
  const lines = [
    `${markOf(node, colors)} ${children.length > 0 ? colors.dim(node.text) : node.text}${valuesOf(node, colors)}`,
  ];
  for (const { code, message } of node.diagnostics ?? []) lines.push(`  ${colors.yellow(code)} ${message}`);
  for (const child of children) lines.push(indent(renderCondition(child, colors), 2));
  return lines.join('\n');
}

function markOf({ evaluated, result }: ConditionTree, colors: Colors): string {
  if (!evaluated) return colors.dim('·');
  if (result === null) return colors.yellow('?');
  return result ? colors.green('✔') : colors.red('✘');
}

/** The values of what is not written out already. */
function valuesOf({ evaluated, operands = [] }: ConditionTree, colors: Colors): string {
  if (!evaluated) return colors.dim('  not reached');
  const values = operands
    .map((operand) => ({ ...operand, shown: operand.missing === true ? 'missing' : shorten(operand.value) }))
    .filter(({ text, shown }) => !isLiteral(text, shown))
    .map(({ text, shown }) => `${text} = ${shown}`);
  return values.length === 0 ? '' : colors.dim(`  ${values.join(', ')}`);
}

function isLiteral(text: string, shown: string): boolean {
  return (
    !text.includes('@') &&
    !text.includes('(') &&
    (text === shown || !Number.isNaN(Number(text)) || /^["'[]|^(true|false|null)$/i.test(text))
  );
}

function shorten(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length <= VALUE_LENGTH ? text : `${text.slice(0, VALUE_LENGTH - 1)}…`;
}
