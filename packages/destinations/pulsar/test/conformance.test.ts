import { join } from 'node:path';
import { describeDestination } from '@dest/testkit';
import { PulsarDestination } from '../src/index';
import { ConformanceBroker } from './support/conformance-broker';

describeDestination(PulsarDestination, {
  folder: join(__dirname, '..'),
  start: () => ConformanceBroker.start(),
  credentials: ({ port, secret }) => ({ host: `ws://127.0.0.1:${port}`, token: secret }),
  init: { topic: 'orders' },
  received: ({ arrivals }) => arrivals,
  cannot: { rateLimits: 'Pulsar holds back what is too much, and refuses none of it' },
});
