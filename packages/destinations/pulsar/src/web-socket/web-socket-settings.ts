import type { Backoff } from '../sending/backoff';
import type { WindowLimits } from '../sending/send-window';

/** Times and limits of a WebSocket producer. */
export interface WebSocketSettings {
  /** How long connecting may take, in milliseconds. */
  readonly handshakeTimeoutMs: number;
  /** How long a message may stay unanswered before the connection counts as dead: a frozen broker says nothing. */
  readonly acknowledgeTimeoutMs: number;
  /** How often a ping is sent. Pulsar closes what is idle for five minutes, proxies after one. */
  readonly heartbeatMs: number;
  readonly reconnect: Backoff;
  readonly window: WindowLimits;
  /** Pulsar's default for a text frame, base64 included. A broker that takes less is found out. */
  readonly maxFrameBytes: number;
}

export const DEFAULT_SETTINGS: WebSocketSettings = {
  handshakeTimeoutMs: 10_000,
  acknowledgeTimeoutMs: 10_000,
  heartbeatMs: 25_000,
  reconnect: { initialMs: 100, maxMs: 5_000 },
  window: { maxMessages: 1_000, maxBytes: 32 * 1024 * 1024 },
  maxFrameBytes: 1024 * 1024,
};
