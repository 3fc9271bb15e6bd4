import { PermanentError } from '@dest/core';
import { recordingDestination } from '../../../packages/host/test/support/recording-destination';
import { order, startedHost } from '../../../packages/host/test/support/started-host';
import { Observed } from './support/observed';
import { startedWebhookHost, startReceiver } from './support/webhook-rig';

const POISON = 250;
const numbers = Array.from({ length: 500 }, (_, n) => n);
const healthy = numbers.filter((n) => n !== POISON);
/** Filled up by 500, so that they are one batch. */
const delivery = { concurrency: 1, batch: { maxItems: 500, lingerMs: 60_000 } };

describe('fault 13: one poison item in a batch of 500: only it becomes a dead letter', () => {
  test('where the receiver refuses the whole batch for it', async () => {
    const receiver = await startReceiver(({ body }, response) => {
      const refused = (JSON.parse(body) as readonly number[]).includes(POISON);
      response.writeHead(refused ? 422 : 200).end(refused ? `item ${POISON} is bad` : '');
    });
    const observer = new Observed();
    const host = await startedWebhookHost({ url: receiver.origin, init: { batch: true }, delivery, observer });
    await Promise.all(numbers.map((n) => host.dispatch(order(n))));
    await host.drain({ waitForRetries: true });

    const batches = receiver.received.map(({ body }) => JSON.parse(body) as readonly number[]);
    expect(batches[0]).toHaveLength(500);
    const taken = batches.filter((batch) => !batch.includes(POISON)).flat();
    expect(taken.toSorted((a, b) => a - b)).toEqual(healthy);
    // By halves: two requests a level, of which 500 has nine.
    expect(batches.length).toBeLessThanOrEqual(19);
    expect(observer.envelopes('delivered')).toHaveLength(499);
    const letters = await host.listDeadLetters({}, { limit: 10 });
    expect(letters).toMatchObject([
      {
        envelopeId: `order-${POISON}`,
        lane: { destination: 'hook' },
        failure: { code: 'WEBHOOK_REJECTED', message: expect.stringContaining('item 250 is bad') as string },
        history: [{ code: 'WEBHOOK_REJECTED' }],
        tries: 1,
      },
    ]);
    expect((await host.showDeadLetter(letters[0]?.id ?? ''))?.envelope).toEqual(order(POISON));
    expect((await host.lanes())[0]).toMatchObject({ state: 'ready', breaker: 'closed', waiting: 0 });
  });

  test('where the plugin tells it by its result', async () => {
    const observer = new Observed();
    const error = new PermanentError('bad', { code: 'BAD', cause: new Error('column total is no number') });
    const target = recordingDestination('target', {
      batch: (items) => items.map(({ data }) => (data === POISON ? { ok: false, error } : { ok: true })),
    });
    const host = await startedHost(
      { destinations: [{ id: 'd', package: 'target', mapping: 'event@n', delivery }] },
      { register: [target.class], observer },
    );
    await Promise.all(numbers.map((n) => host.dispatch(order(n))));
    await host.drain({ waitForRetries: true });
    expect(target.calls).toHaveLength(1);
    expect(target.delivered).toEqual(healthy);
    expect(await host.listDeadLetters({}, { limit: 10 })).toMatchObject([
      {
        envelopeId: `order-${POISON}`,
        failure: { code: 'BAD', causes: [{ message: 'column total is no number' }] },
        tries: 1,
      },
    ]);
  });
});
