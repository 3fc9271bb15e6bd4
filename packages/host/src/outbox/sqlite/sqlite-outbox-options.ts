import type { Clock, Logger } from '@dest/core';

export interface SqliteOutboxOptions {
  /** The file. It and its folder are made where they are missing, for the owner only. */
  readonly path: string;
  readonly clock: Clock;
  /** How long an envelope's id is remembered, in milliseconds. */
  readonly dedupeWindowMs: number;
  /** How much of the disk is kept for the time when it is full, in bytes. Default: 16 MiB; 0: nothing. */
  readonly ballastBytes?: number;
  /** Is told what is found damaged, and when the disk is full. */
  readonly logger?: Logger;
}
