import { ERROR_MARKER, type ErrorMark, type FailureRetry, type FailureScope } from './dest-error';

/** What the host reads out of whatever a destination threw. */
export interface Failure {
  readonly retry: FailureRetry;
  readonly scope: FailureScope;
  readonly code: string;
  readonly message: string;
  readonly retryAfterMs?: number;
  /** What led to it, nearest first, at most five. */
  readonly causes?: readonly FailureCause[];
}

/** One of the causes of a failure. */
export interface FailureCause {
  readonly code?: string;
  readonly message: string;
}

/** How much of a message is kept, in UTF-16 units: failures are stored with what failed, and logged. */
const MAX_MESSAGE_LENGTH = 10_000;

const MAX_CAUSES = 5;

/** Codes are what programs go by; one that is longer than this is none. */
const MAX_CODE_LENGTH = 200;

/**
 * Classifies anything thrown. Errors of the contract are recognised by their marker, also those of another copy of core;
 * anything else, a string or undefined too, is transient and the item's. Never throws itself; a message of more than
 * 10,000 characters is shortened.
 */
export function failureOf(thrown: unknown): Failure {
  const mark = markOf(thrown);
  const message = shortened(messageOf(thrown));
  const code = codeOf(thrown);
  const causes = causesOf(thrown);
  const rest = { message, ...(causes.length === 0 ? {} : { causes }) };
  if (mark === undefined) return { retry: 'transient', scope: 'item', code: code ?? 'UNEXPECTED', ...rest };
  return { ...mark, code: code ?? mark.retry.toUpperCase(), ...rest };
}

function causesOf(thrown: unknown): readonly FailureCause[] {
  const causes: FailureCause[] = [];
  let cause = causeOf(thrown);
  // An error may be its own cause; and a chain is bounded all the same.
  while (cause !== undefined && cause !== null && causes.length < MAX_CAUSES) {
    const code = codeOf(cause);
    causes.push({ ...(code === undefined ? {} : { code }), message: shortened(messageOf(cause)) });
    cause = causeOf(cause);
  }
  return causes;
}

function causeOf(thrown: unknown): unknown {
  try {
    return (thrown as { cause?: unknown } | null | undefined)?.cause;
  } catch {
    return undefined;
  }
}

/** The text of anything thrown; never empty. Never throws itself. */
export function messageOf(thrown: unknown): string {
  const unsaid = 'something that has no text was thrown';
  try {
    const message: unknown =
      typeof thrown === 'object' && thrown !== null ? (thrown as { message?: unknown }).message : undefined;
    if (message !== undefined && message !== null && message !== '') return textOf(message);
    return textOf(thrown) || unsaid;
  } catch {
    return unsaid;
  }
}

/** The code of anything thrown, where it has one that is a text. Never throws itself. */
export function codeOf(thrown: unknown): string | undefined {
  try {
    const code = (thrown as { code?: unknown } | null | undefined)?.code;
    return typeof code === 'string' && code !== '' && code.length <= MAX_CODE_LENGTH ? code : undefined;
  } catch {
    return undefined;
  }
}

/** Never anything but a text: `String` throws where it gets none. */
const textOf: (value: unknown) => string = String;

function shortened(message: string): string {
  if (message.length <= MAX_MESSAGE_LENGTH) return message;
  // Not through the middle of a surrogate pair: half of one can't be stored as UTF-8.
  const kept = message.slice(0, MAX_MESSAGE_LENGTH).replace(/[\uD800-\uDBFF]$/, '');
  return `${kept}… (${message.length - kept.length} more characters)`;
}

/** A copy, each member read once: the marker may be anybody's. */
function markOf(thrown: unknown): ErrorMark | undefined {
  try {
    const mark = (thrown as { [ERROR_MARKER]?: ErrorMark } | null | undefined)?.[ERROR_MARKER];
    if (typeof mark !== 'object' || mark === null) return undefined;
    const { retry, scope, retryAfterMs } = mark;
    if (retry !== 'transient' && retry !== 'permanent' && retry !== 'configuration') return undefined;
    if (scope !== 'item' && scope !== 'destination') return undefined;
    return { retry, scope, ...(typeof retryAfterMs === 'number' && retryAfterMs >= 0 ? { retryAfterMs } : {}) };
  } catch {
    return undefined;
  }
}
