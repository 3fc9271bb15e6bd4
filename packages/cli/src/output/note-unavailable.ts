import type { Application, ConfigurationIssue } from '@dest/host';
import type { Console } from './console';
import { describeIssue } from './describe-issue';

/** Names, with cause and remedy, the plugins that could not be loaded and the enabled destinations that can't deliver. */
export function noteUnavailable(console: Console, application: Application): void {
  const { noteColors: colors } = console;
  for (const issue of unavailabilityOf(application)) console.note(describeIssue(application.name, issue, colors));
}

function unavailabilityOf({ plugins, destinations }: Application): readonly ConfigurationIssue[] {
  const found = [
    ...plugins.flatMap(({ issue }) => (issue === undefined ? [] : [issue])),
    ...destinations.flatMap(({ compiled, issues }) =>
      compiled.destination.enabled && compiled.resourceEnabled ? issues : [],
    ),
  ];
  // Destinations that share a resource share what is wrong with it.
  return [...new Map(found.map((issue) => [`${issue.path} ${issue.message}`, issue])).values()];
}
