import { join } from 'node:path';
import { FakeHttpServer, type DestinationKit } from '@dest/testkit';

export const conformanceKit: DestinationKit<FakeHttpServer> = {
  folder: join(__dirname, '../..'),
  start: () => FakeHttpServer.start(),
  credentials: ({ origin, secret }) => ({ url: `${origin}/hook`, token: secret }),
  received: ({ taken }) =>
    taken
      .filter(({ method }) => method === 'POST')
      .map(({ body, headers }) => ({
        data: JSON.parse(body) as unknown,
        idempotencyKey: decodeURIComponent(String(headers['idempotency-key'])),
      })),
};
