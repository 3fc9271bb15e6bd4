import type { InstanceSettings, Resource } from '@dest/core';
import { isDeepStrictEqual } from 'node:util';
import type { ConfigurationIssue } from '../configuration/configuration-issue';
import type { Application } from './application';

/** What an instance is made from. */
export interface InstanceBy {
  readonly settings: InstanceSettings;
  readonly resource?: Resource | undefined;
  readonly issues: readonly ConfigurationIssue[];
  readonly application: Application;
}

/** Whether an instance that was made from one can go on where the other is asked for. */
export function isSameInstance(before: InstanceBy, next: InstanceBy): boolean {
  return isDeepStrictEqual(plain(before), plain(next)) && classOf(before) === classOf(next);
}

function plain({ settings, resource, issues, application }: InstanceBy): unknown {
  const { debug, roots, network, tokens, folder } = application.configuration;
  return [
    settings,
    resource,
    issues.map(({ code, message }) => [code, message]),
    debug,
    roots,
    network,
    tokens,
    folder,
  ];
}

function classOf({ settings, application: { registry } }: InstanceBy): unknown {
  return registry.has(settings.package) ? registry.resolve(settings.package).class : undefined;
}
