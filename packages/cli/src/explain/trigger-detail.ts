import type { Decision, Envelope } from '@dest/core';

/** What the trigger asked for and what the envelope has, for the reasons that don't speak for themselves. */
export function triggerDetail({ compiled, reason, kind, changes }: Decision, envelope: Envelope): string {
  const { destination } = compiled;
  switch (reason) {
    case 'event-type':
      return `wants ${listed(destination.eventType)}, is ${envelope.event?.type ?? 'no event'}`;
    case 'source':
      return `wants ${listed(destination.source)}, is ${envelope.event?.source?.id ?? 'without a source'}`;
    case 'unchanged': {
      const paths = destination.changedPaths;
      const changed =
        changes === undefined || changes.length === 0 ? 'nothing changed' : `changed: ${changes.join(', ')}`;
      return paths === undefined ? changed : `wants a change of ${paths.join(', ')}; ${changed}`;
    }
    case 'kind':
      return 'wants a profile, and there is none';
    case 'matched': {
      const { eventType, source } = destination;
      const trigger = [
        ...(eventType === undefined ? [] : [`event type ${listed(eventType)}`]),
        ...(source === undefined ? [] : [`source ${listed(source)}`]),
        ...(destination.onProfileChangeOnly ? [`changed: ${changes?.join(', ') ?? 'the profile'}`] : []),
      ];
      return [`${kind} to ${destination.package}`, ...trigger].join(', ');
    }
    case 'disabled':
    case 'resource-disabled':
    case 'condition':
      return '';
  }
}

function listed(pattern: string | readonly string[] | undefined): string {
  return [pattern ?? []].flat().join(' or ');
}
