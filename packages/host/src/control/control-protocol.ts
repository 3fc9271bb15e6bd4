import type { FailureCause, FailureRetry, FailureScope } from '@dest/core';

/**
 * What is spoken over a control socket: lines of JSON. Each side says hello first; then the client asks, any number at a
 * time, and each request is answered under its id. Counted up where an older side would misunderstand.
 */
export const CONTROL_VERSION = 1;

/** How long a line of a client may be, in bytes. */
export const MAX_REQUEST_BYTES = 1024 * 1024;

/** The first line of each side. */
export interface ControlHello {
  readonly protocol: 'dest-control';
  readonly version: number;
}

export interface ControlRequest {
  readonly id: number | string;
  readonly method: string;
  /** Arguments by name. */
  readonly params?: Readonly<Record<string, unknown>>;
}

/** An error as it crosses. */
export interface ControlFailure {
  readonly code: string;
  readonly message: string;
  readonly retry: FailureRetry;
  readonly scope?: FailureScope;
  readonly retryAfterMs?: number;
  readonly causes?: readonly FailureCause[];
}

/** Its id is null where the request had none that could be read. */
export type ControlReply =
  | { readonly id: ControlRequest['id']; readonly result: unknown }
  | { readonly id: ControlRequest['id'] | null; readonly error: ControlFailure };

/** Which host it is that answers. */
export interface ControlPing {
  readonly version: string;
  readonly pid: number;
  /** The file, absolute; empty for a configuration that was handed over as an object. */
  readonly configuration: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
}

export function hello(): ControlHello {
  return { protocol: 'dest-control', version: CONTROL_VERSION };
}
