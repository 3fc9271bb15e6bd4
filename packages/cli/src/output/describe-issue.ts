import { describeConfigurationIssue, type ConfigurationIssue } from '@dest/host';
import type { Colors } from './colors';
import { printable } from './printable';

/** `dest.yaml:12:7 INIT_INVALID init.topic: should be a string, is 5`, its code in the colour of its severity. */
export function describeIssue(name: string, issue: ConfigurationIssue, colors: Colors): string {
  const text = printable(describeConfigurationIssue(name, issue));
  const start = text.indexOf(` ${issue.code} `);
  const paint = issue.severity === 'error' ? colors.red : colors.yellow;
  const severity = issue.severity === 'warning' ? `${colors.dim('warning:')} ` : '';
  const rest = text.slice(start + issue.code.length + 2);
  return `${colors.bold(text.slice(0, start))} ${paint(issue.code)} ${severity}${paintDifference(rest, colors)}`;
}

/** The lines of a failed test's difference: what was expected, and what came out. */
function paintDifference(text: string, colors: Colors): string {
  return text.replace(/^ +([-+]) .*$/gm, (line, sign) => (sign === '-' ? colors.red(line) : colors.green(line)));
}
