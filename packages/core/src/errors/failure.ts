import { ERROR_MARKER, type ErrorMark, type FailureRetry, type FailureScope } from './dest-error';

/** What the host reads out of whatever a destination threw. */
export interface Failure {
  readonly retry: FailureRetry;
  readonly scope: FailureScope;
  readonly code: string;
  readonly message: string;
  readonly retryAfterMs?: number;
}

/**
 * Classifies anything thrown. Errors of the contract are recognised by their marker, also those of another copy of core;
 * anything else, a string or undefined too, is transient and the item's.
 */
export function failureOf(thrown: unknown): Failure {
  const mark = markOf(thrown);
  const message = messageOf(thrown);
  const code = codeOf(thrown);
  if (mark === undefined) return { retry: 'transient', scope: 'item', code: code ?? 'UNEXPECTED', message };
  return {
    retry: mark.retry,
    scope: mark.scope,
    code: code ?? mark.retry.toUpperCase(),
    message,
    ...(typeof mark.retryAfterMs === 'number' && mark.retryAfterMs >= 0 ? { retryAfterMs: mark.retryAfterMs } : {}),
  };
}

/** The text of anything thrown. Never throws itself. */
export function messageOf(thrown: unknown): string {
  try {
    if (thrown instanceof Error) return thrown.message || thrown.name;
    if (typeof thrown === 'object' && thrown !== null && 'message' in thrown) return String(thrown.message);
    return String(thrown);
  } catch {
    return 'something that has no text was thrown';
  }
}

function markOf(thrown: unknown): ErrorMark | undefined {
  try {
    const mark = (thrown as { [ERROR_MARKER]?: ErrorMark } | null | undefined)?.[ERROR_MARKER];
    const known = mark?.retry === 'transient' || mark?.retry === 'permanent' || mark?.retry === 'configuration';
    return known && (mark.scope === 'item' || mark.scope === 'destination') ? mark : undefined;
  } catch {
    return undefined;
  }
}

function codeOf(thrown: unknown): string | undefined {
  try {
    const code = (thrown as { code?: unknown } | null | undefined)?.code;
    return typeof code === 'string' && code !== '' ? code : undefined;
  } catch {
    return undefined;
  }
}
