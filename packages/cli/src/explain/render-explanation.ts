import type { Explanation } from './explanation';
import type { Colors } from '../output/colors';
import { indent } from '../output/indent';
import { renderCondition } from './render-condition';

/** Payloads up to this length are shown on one line. */
const ONE_LINE = 100;

/** Renders why a destination receives an envelope or doesn't, and what it would be sent. */
export function renderExplanation(explanation: Explanation, colors: Colors): string {
  const { destination, selected, reason, kind, tree, condition, data, issues } = explanation;
  const parts = [
    selected
      ? `${colors.green('✔')} ${colors.bold(destination)} ${colors.dim(`${kind} to ${explanation.package}`)}`
      : `${colors.dim('–')} ${destination} ${colors.dim('skipped:')} ${reason}`,
  ];
  if (tree !== undefined) parts.push(indent(renderCondition(tree, colors), 4));
  // The tree shows them where they belong.
  if (tree === undefined) {
    for (const { code, message } of condition.diagnostics) parts.push(`    ${colors.yellow(code)} ${message}`);
  }
  if (selected) parts.push(indent(renderData(data, colors), 4));
  if (selected) {
    for (const { code, message } of issues) {
      parts.push(`    ${colors.red('can’t deliver:')} ${code} ${message}`);
    }
  }
  return parts.join('\n');
}

function renderData(data: unknown, colors: Colors): string {
  const text = JSON.stringify(data);
  return colors.cyan(text.length <= ONE_LINE ? text : JSON.stringify(data, null, 2));
}
