export { credentials } from './credentials';
export type { PulsarCredentials } from './credentials';
export { init } from './init';
export type { PulsarInit } from './init';
export { intakeInit } from './intake/intake-init';
export type { PulsarIntakeInit } from './intake/intake-init';
export { PulsarIntake } from './intake/pulsar-intake';
export { IDEMPOTENCY_PROPERTY } from './message/compile-properties';
export { PulsarDestination } from './pulsar-destination';
