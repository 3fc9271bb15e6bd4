export { credentials } from './credentials';
export type { PulsarCredentials } from './credentials';
export { init } from './init';
export type { PulsarInit } from './init';
export { IDEMPOTENCY_PROPERTY, PulsarDestination } from './pulsar-destination';
