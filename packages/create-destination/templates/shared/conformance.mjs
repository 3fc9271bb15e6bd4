import { FakeHttpServer } from '@dest/testkit';

/**
 * What the conformance suite has to know: how to start the other side, how to get in, what has arrived there.
 *
 * @type {import('@dest/testkit').DestinationKit<FakeHttpServer>}
 */
export const conformance = {
  folder: import.meta.dirname,
  start: () => FakeHttpServer.start(),
  credentials: ({ origin, secret }) => ({ url: origin, token: secret }),
  received: ({ taken }) =>
    taken.map(({ body, headers }) => ({
      data: JSON.parse(body),
      idempotencyKey: decodeURIComponent(String(headers['idempotency-key'])),
    })),
};
