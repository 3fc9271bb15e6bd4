import type { RegisteredType } from '@dest/core';
import type { CaseResult, Scorecard } from '@dest/testkit';
import { count } from '../output/count';
import type { Colors } from '../output/colors';
import { formatDuration } from '../output/format-duration';
import { indent } from '../output/indent';
import { printable } from '../output/printable';

export interface RenderScorecardOptions {
  readonly colors: Colors;
  /** Also what passed, case by case. */
  readonly all: boolean;
}

/** A scorecard for people: groups with their counts, what failed and why, what is not supported and why. */
export function renderScorecard(
  { package: name, title, version }: RegisteredType,
  scorecard: Scorecard,
  options: RenderScorecardOptions,
): string {
  const { colors } = options;
  const { passed, failed, notSupported, results } = scorecard;
  const groups = new Map<string, CaseResult[]>();
  for (const result of results) groups.set(result.group, [...(groups.get(result.group) ?? []), result]);
  const heading = `${colors.bold(printable(title))} ${colors.dim([name, version ?? ''].join(' ').trim())}`;
  const durationMs = results.reduce((sum, result) => sum + result.durationMs, 0);
  const counts = [
    `${passed} passed`,
    failed === 0 ? '0 failed' : colors.red(`${failed} failed`),
    `${notSupported} not supported`,
  ];
  return [
    heading,
    ...[...groups].map(([group, cases]) => renderGroup(group, cases, options)),
    `${counts.join(', ')}: ${count(results.length, 'case')} in ${formatDuration(durationMs)}`,
  ].join('\n');
}

function renderGroup(group: string, cases: readonly CaseResult[], { colors, all }: RenderScorecardOptions): string {
  const able = cases.filter(({ status }) => status !== 'not-supported');
  const passed = able.filter(({ status }) => status === 'passed').length;
  const mark = passed === able.length ? colors.green('✔') : colors.red('✘');
  const counts = able.length === 0 ? 'not supported' : `${passed} of ${able.length}`;
  const shown = cases.filter(({ status }) => all || status === 'failed');
  return [
    `${able.length === 0 ? colors.dim('–') : mark} ${group.padEnd(12)} ${counts}`,
    ...shown.map((result) => indent(renderCase(result, colors), 4)),
    ...renderReasons(cases).map((reason) => indent(colors.dim(`– ${reason}`), 4)),
  ].join('\n');
}

function renderCase({ status, name, message }: CaseResult, colors: Colors): string {
  switch (status) {
    case 'passed':
      return `${colors.green('✔')} ${name}`;
    case 'not-supported':
      return `${colors.dim('–')} ${name}`;
    case 'failed':
      return `${colors.red('✘')} ${name}\n${indent(printable(message), 4)}`;
  }
}

/** Each reason once, with how many cases it leaves out. */
function renderReasons(cases: readonly CaseResult[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { status, message } of cases) {
    if (status === 'not-supported') counts.set(message, (counts.get(message) ?? 0) + 1);
  }
  return [...counts].map(([reason, amount]) => `${count(amount, 'case')} left out, ${printable(reason)}`);
}
