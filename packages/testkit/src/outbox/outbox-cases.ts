import { appendCases } from './cases/append-cases';
import type { OutboxCase } from './outbox-case';

/** What the port of an outbox promises, as tests of any implementation. */
export const outboxCases: readonly OutboxCase[] = [...appendCases];
