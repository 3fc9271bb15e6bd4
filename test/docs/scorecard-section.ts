import type { CaseResult, Scorecard } from '@dest/testkit';

const BEGIN = '<!-- scorecard: made by `npm run scorecards` -->';
const END = '<!-- /scorecard -->';

/** A page with the scorecard of its destination between the marks. @throws where the page has no such marks */
export function withScorecard(page: string, scorecard: Scorecard): string {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin === -1 || end < begin) throw new Error(`There is no ${BEGIN} with ${END} after it.`);
  return `${page.slice(0, begin)}${BEGIN}\n\n${sectionOf(scorecard)}\n\n${page.slice(end)}`;
}

/** Groups with their counts, then what is not supported, and why. No times: each run has its own. */
function sectionOf({ passed, failed, notSupported, results }: Scorecard): string {
  const counts = [`${passed} passed`, `${failed} failed`, `${notSupported} not supported`];
  const groups = groupBy(results, ({ group }) => group);
  return [
    `${results.length} cases: ${counts.join(', ')}.`,
    '',
    '| group | passed | not supported |',
    '| --- | --- | --- |',
    ...[...groups].map(([group, cases]) => `| \`${group}\` | ${countsOf(cases).join(' | ')} |`),
    ...(notSupported === 0 ? [] : ['', 'Not supported:', '', ...reasonsOf(results)]),
  ].join('\n');
}

/** Nothing where there is none: what is there is easier seen. */
function countsOf(cases: readonly CaseResult[]): readonly string[] {
  const statuses = ['passed', 'not-supported'] as const;
  const counts = statuses.map((status) => cases.filter((result) => result.status === status).length);
  return counts.map((count) => (count === 0 ? '' : String(count)));
}

/** Each reason once, with what it makes impossible. */
function reasonsOf(results: readonly CaseResult[]): readonly string[] {
  const leftOut = results.filter(({ status }) => status === 'not-supported');
  const abilityOf = ({ message }: CaseResult): string => message.slice(0, message.indexOf(': '));
  const reasons = groupBy(leftOut, ({ message }) => message.slice(message.indexOf(': ') + 2));
  return [...reasons].map(([reason, cases]) => {
    const abilities = new Set(cases.map((each) => `\`${abilityOf(each)}\``));
    return `- ${[...abilities].join(', ')}: ${reason}`;
  });
}

function groupBy(results: readonly CaseResult[], keyOf: (result: CaseResult) => string): Map<string, CaseResult[]> {
  const groups = new Map<string, CaseResult[]>();
  for (const result of results) groups.set(keyOf(result), [...(groups.get(keyOf(result)) ?? []), result]);
  return groups;
}
