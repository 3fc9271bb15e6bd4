import {
  checkDestination,
  checkIntake,
  type Application,
  type ConfigurationIssue,
  type DestinationCheck,
  type IntakeCheck,
} from '@dest/host';
import type { CommandContext } from '../command-context';
import { loggerFor } from '../output/logger';
import { ok, type Finding } from './finding';

/** Whether what is enabled can work as it is configured, and, where that is wanted, whether its other side is there. */
export async function reachFindings(
  application: Application,
  { console, clock }: CommandContext,
  { reach, verbose }: { readonly reach: boolean; readonly verbose: boolean },
): Promise<readonly Finding[]> {
  const parts = { clock, logger: loggerFor(console, verbose) };
  const destinations = application.destinations.filter(
    ({ compiled }) => compiled.destination.enabled && compiled.resourceEnabled,
  );
  const intakes = application.intakes.filter(({ intake, resource }) => intake.enabled && resource?.enabled !== false);
  const issues = [...[...destinations, ...intakes].flatMap((each) => each.issues), ...application.outboxIssues].filter(
    ({ code, severity }) => code !== 'PACKAGE_NOT_LOADED' && severity === 'error',
  );
  const configured = unique(issues).map((issue) => configurationFinding(issue, application.name));
  if (!reach) return configured;
  const sound = <Each extends { readonly issues: readonly ConfigurationIssue[] }>(each: Each): boolean =>
    each.issues.length === 0;
  const found = await Promise.all([
    ...destinations.filter(sound).map(async (each) => findingOf(await checkDestination(application, each, parts))),
    ...intakes.filter(sound).map(async (each) => findingOf(await checkIntake(application, each, parts))),
  ]);
  return [...configured, ...found];
}

/** Something that is wrong with the configuration, at its place. */
export function configurationFinding(issue: ConfigurationIssue, name: string): Finding {
  const { code, message, line, column, path } = issue;
  const place = line === undefined ? path : `${name}:${line}:${column ?? 1}`;
  return {
    area: 'configuration',
    severity: 'error',
    code,
    message: `${place} ${message}`,
    remedy: 'Mend it; dest validate tells when all is well.',
  };
}

function findingOf(check: DestinationCheck | IntakeCheck): Finding {
  const [area, id] =
    'intake' in check ? (['intakes', check.intake] as const) : (['destinations', check.destination] as const);
  if (check.ok) return ok(area, `${id} is reached`);
  const failed = check.steps.find((step) => !step.ok);
  const said =
    check.failure?.message ??
    `${failed?.name ?? 'its check'} failed${failed?.message === undefined ? '' : `: ${failed.message}`}`;
  return {
    area,
    severity: 'error',
    code: check.failure?.code ?? 'CHECK_FAILED',
    message: `${id} is not reached: ${said}`,
    remedy: `See that the other side runs and lets this host in. dest check ${id} shows each step.`,
  };
}

/** What shares a resource shares what is wrong with it. */
function unique(issues: readonly ConfigurationIssue[]): readonly ConfigurationIssue[] {
  return [...new Map(issues.map((issue) => [`${issue.path} ${issue.message}`, issue])).values()];
}
