import type { Explanation } from './explanation';
import type { Colors } from '../output/colors';
import { indent } from '../output/indent';
import { renderJson } from '../output/render-json';
import { renderCondition } from './render-condition';

/** Renders why a destination receives an envelope or doesn't, and what it would be sent. */
export function renderExplanation(explanation: Explanation, colors: Colors): string {
  const { destination, selected, reason, trigger, tree, condition, data, mappingDiagnostics, issues } = explanation;
  const detail = trigger === '' ? '' : `  ${colors.dim(trigger)}`;
  const parts = [
    selected
      ? `${colors.green('✔')} ${colors.bold(destination)}${detail}`
      : `${colors.dim('–')} ${destination} ${colors.dim('skipped:')} ${reason}${detail}`,
  ];
  if (tree !== undefined) parts.push(indent(renderCondition(tree, colors), 4));
  // The tree shows them where they belong.
  if (tree === undefined) {
    for (const { code, message } of condition.diagnostics) parts.push(`    ${colors.yellow(code)} ${message}`);
  }
  if (selected) parts.push(indent(colors.cyan(renderJson(data)), 4));
  for (const { code, message, pointer } of mappingDiagnostics) {
    parts.push(`    ${colors.yellow(code)} ${pointer ?? ''} ${message}`);
  }
  if (selected) {
    for (const { code, message } of issues) {
      parts.push(`    ${colors.red('can’t deliver:')} ${code} ${message}`);
    }
  }
  return parts.join('\n');
}
