import { join } from 'node:path';
import { describeDestination, FakeHttpServer } from '@dest/testkit';
import { WebhookDestination } from '../src/index';

describeDestination(WebhookDestination, {
  folder: join(__dirname, '..'),
  start: () => FakeHttpServer.start(),
  credentials: ({ origin, secret }) => ({ url: `${origin}/hook`, token: secret }),
  received: ({ taken }) =>
    taken
      .filter(({ method }) => method === 'POST')
      .map(({ body, headers }) => ({
        data: JSON.parse(body) as unknown,
        idempotencyKey: decodeURIComponent(String(headers['idempotency-key'])),
      })),
});
