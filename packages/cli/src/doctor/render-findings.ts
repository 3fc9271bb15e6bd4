import type { Colors } from '../output/colors';
import { count } from '../output/count';
import { indent } from '../output/indent';
import { printable } from '../output/printable';
import type { Finding } from './finding';

/** A line for what is well; code, message and remedy for what is not. */
export function renderFinding({ area, severity, code = '', message, remedy = '' }: Finding, colors: Colors): string {
  const text = printable(message);
  if (severity === 'ok') return `${colors.green('✔')} ${colors.dim(area.padEnd(13))} ${text}`;
  const [mark, paint] = severity === 'error' ? (['✘', colors.red] as const) : (['!', colors.yellow] as const);
  return `${paint(mark)} ${colors.dim(area.padEnd(13))} ${paint(code)} ${text}\n${indent(`${colors.cyan('→')} ${printable(remedy)}`, 4)}`;
}

export function renderSummary(findings: readonly Finding[], colors: Colors): string {
  const amount = (severity: Finding['severity']): number =>
    findings.filter((each) => each.severity === severity).length;
  const errors = amount('error');
  const warnings = amount('warning');
  if (errors + warnings === 0) return `${colors.green('✔')} Nothing is wrong.`;
  return [
    ...(errors === 0 ? [] : [colors.red(count(errors, 'error'))]),
    ...(warnings === 0 ? [] : [colors.yellow(count(warnings, 'warning'))]),
  ].join(', ');
}
