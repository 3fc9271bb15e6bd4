import { join } from 'node:path';
import { FakeHttpServer, type DestinationKit } from '../../../src/index';

/** What the suite has to know of the reference, and of what differs from it. */
export const referenceKit: DestinationKit<FakeHttpServer> = {
  folder: join(__dirname, '../fixtures/reference'),
  start: () => FakeHttpServer.start(),
  credentials: ({ origin, secret }) => ({ url: origin, token: secret }),
  received: ({ taken }) =>
    taken
      .filter(({ method }) => method === 'POST')
      .map(({ body, headers }) => ({
        data: JSON.parse(body) as unknown,
        idempotencyKey: decodeURIComponent(String(headers['idempotency-key'])),
      })),
};
