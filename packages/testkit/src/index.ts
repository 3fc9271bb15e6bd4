export { expectEqual, expectThat } from './expectations';
export { describeOutbox } from './outbox/describe-outbox';
export { runOutboxModel } from './outbox/model/run-outbox-model';
export type { OutboxModelOptions } from './outbox/model/run-outbox-model';
export type { OutboxCase } from './outbox/outbox-case';
export { outboxCases } from './outbox/outbox-cases';
export type { CreateOutboxOptions, DurableOutboxKit, OutboxKit } from './outbox/outbox-kit';
export { VirtualClock } from './virtual-clock';
