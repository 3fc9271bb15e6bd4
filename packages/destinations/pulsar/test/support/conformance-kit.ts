import { join } from 'node:path';
import type { DestinationKit } from '@dest/testkit';
import { ConformanceBroker } from './conformance-broker';

export const conformanceKit: DestinationKit<ConformanceBroker> = {
  folder: join(__dirname, '../..'),
  start: () => ConformanceBroker.start(),
  credentials: ({ port, secret }) => ({ host: `ws://127.0.0.1:${port}`, token: secret }),
  init: { topic: 'orders' },
  received: ({ arrivals }) => arrivals,
};
