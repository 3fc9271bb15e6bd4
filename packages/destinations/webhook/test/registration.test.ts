import { createHttp, DestinationRegistry, type Destination } from '@dest/core';
import { WebhookDestination } from '../src/index';
import { Receiver } from './support/receiver';
import { context, webhook } from './support/webhook';

const { destination: plain } = webhook(fetch, { url: 'http://127.0.0.1/' });

function destination(init: object): Destination {
  return { ...plain, init, resource: { id: 'hook' } };
}

function resource(production: object) {
  return { id: 'hook', name: '', description: '', tags: [], enabled: true, version: '', credentials: { production } };
}

describe('@dest/webhook in a registry', () => {
  it('is made with its defaults and the HTTP client of the registry', async () => {
    const receiver = await Receiver.start();
    const http = createHttp({ allow: ['127.0.0.1'] });
    const registry = new DestinationRegistry({ from: __dirname, http });
    expect(registry.register(WebhookDestination)).toMatchObject({ package: '@dest/webhook', title: 'Webhook' });
    const made = registry.create({
      debug: false,
      resource: resource({ url: receiver.origin, secret: 'whsec_YWJj' }),
      destination: destination({}),
    });
    await made.open?.(context());
    await made.dispatchEvent({ a: 1 }, undefined, undefined, { type: 'order' }, context());
    await made.close?.();
    await http.close();
    await receiver.stop();
    expect(receiver.received[0]).toMatchObject({ method: 'POST', headers: { 'content-type': 'application/json' } });
  });

  it.each([
    [{ url: 5 }, {}, 'credentials.production.url'],
    [{}, {}, 'url'],
    [{ url: 'http://x/', secret: 5 }, {}, 'credentials.production.secret'],
    [{ url: 'http://x/' }, { method: 'DELETE' }, 'init.method'],
    [{ url: 'http://x/' }, { timeoutMs: 0 }, 'init.timeoutMs'],
    [{ url: 'http://x/' }, { headers: { a: 5 } }, 'init.headers.a'],
    [{ url: 'http://x/' }, { topic: 'x' }, 'topic'],
  ])('refuses credentials %j with init %j', (production, init, place) => {
    const registry = new DestinationRegistry({ from: __dirname });
    registry.register(WebhookDestination);
    const options = { debug: false, resource: resource(production), destination: destination(init) };
    expect(() => registry.create(options)).toThrow(place);
  });
});
