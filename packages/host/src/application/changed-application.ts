import { isDeepStrictEqual } from 'node:util';
import { failureOf } from '@dest/core';
import type { ConfigurationIssue } from '../configuration/configuration-issue';
import type { Application } from './application';
import { configurationTestIssues } from './configuration-test-issues';
import { inspectApplication, type LoadApplicationOptions } from './load-application';

/** A new configuration, or why it is not taken. */
export interface ChangedApplication {
  readonly application?: Application;
  readonly issues: readonly ConfigurationIssue[];
}

/**
 * Reads the configuration again, validates it whole and runs its tests. What is wrong with it refuses it, but for what is
 * wrong already with the one that is in use. Never rejects.
 *
 * @param now - what conditions of its tests take for the time, in milliseconds since the epoch
 */
export async function loadChangedApplication(
  current: Application,
  options: LoadApplicationOptions,
  now: number,
): Promise<ChangedApplication> {
  let application: Application | undefined;
  try {
    const loaded = await inspectApplication(options, current);
    application = loaded.application;
    if (application === undefined) return { issues: loaded.issues };
    const issues = [
      ...loaded.issues,
      ...configurationTestIssues(application, now),
      ...outboxIssues(current, application),
    ];
    const known = new Set(current.issues.map(identityOf));
    const isNews = (issue: ConfigurationIssue): boolean => issue.severity === 'error' && !known.has(identityOf(issue));
    if (!issues.some(isNews)) return { application, issues };
    await application.close();
    return { issues };
  } catch (error) {
    await application?.close();
    const { code, message } = failureOf(error);
    return { issues: [{ code, path: '', message: current.redact(message), severity: 'error' }] };
  }
}

function identityOf({ code, message }: ConfigurationIssue): string {
  return `${code} ${message}`;
}

/** What can't change while the host runs. */
function outboxIssues(current: Application, next: Application): readonly ConfigurationIssue[] {
  const changed = (message: string, severity: ConfigurationIssue['severity']): readonly ConfigurationIssue[] => [
    next.place({ code: 'OUTBOX_CHANGED', path: '/outbox', message, severity }),
  ];
  if (!isDeepStrictEqual(current.configuration.outbox, next.configuration.outbox)) {
    const message = 'outbox: it can’t be changed while the host runs. Stop the host, and start it with the new one.';
    return changed(message, 'error');
  }
  if (isDeepStrictEqual(outboxResource(current), outboxResource(next))) return [];
  return changed(
    'outbox: its resource has changed, and it goes on with the one before. Start the host again to have it use the new one.',
    'warning',
  );
}

function outboxResource({ configuration: { outbox, resources, debug } }: Application): unknown {
  if (outbox.type !== 'plugin' || outbox.resource === undefined) return undefined;
  return [debug, resources.find(({ id }) => id === outbox.resource?.id)?.credentials];
}
