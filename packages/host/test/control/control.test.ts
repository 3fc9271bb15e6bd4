import { ConfigurationError, failureOf, PermanentError, TransientError } from '@dest/core';
import { connectControl, type ControlClient, type HostControl } from '@dest/host';
import { join } from 'node:path';
import { LANE, scriptedHost, STATUS } from './support/scripted-host';
import { afterwards, IDENTITY, serve, socketFolder } from './support/socket-folder';

async function connected(control: HostControl, options = {}): Promise<ControlClient> {
  const path = join(socketFolder(), 'control.sock');
  await serve(control, path, options);
  const client = await connectControl(path);
  afterwards(() => client.close());
  return client;
}

describe('a host that is operated from another process', () => {
  it('says which it is', async () => {
    const client = await connected(scriptedHost().control);
    expect(await client.ping()).toEqual({ ...IDENTITY, pid: process.pid });
  });

  it('gets each call with its arguments, and its answer goes back', async () => {
    const report = { taken: true, issues: [], added: ['a'], changed: [], removed: [] };
    const forgotten = {
      profile: 'p',
      deliveries: 1,
      deadLetters: 0,
      envelopes: 1,
      quarantined: 0,
      unsearched: [],
      destinations: [],
    };
    const { control, calls } = scriptedHost({
      lanes: [STATUS],
      moveLane: 4,
      dropLane: 5,
      listDeadLetters: [{ id: 'd1' }],
      countDeadLetters: 6,
      showDeadLetter: { id: 'd1', envelope: { event: { type: 'é\n🙂' } } },
      dropDeadLetters: 7,
      replayDeadLetters: { replayed: 8, unfitting: 1 },
      forget: forgotten,
      reload: report,
    });
    const client = await connected(control);
    const filter = { ids: ['d1'], destination: 'orders', code: 'X', failedFrom: 1, failedBefore: 2 };
    expect(await client.lanes()).toEqual([STATUS]);
    expect(await client.resume('orders')).toBeUndefined();
    expect(await client.moveLane(LANE, 'archive')).toBe(4);
    expect(await client.dropLane(LANE)).toBe(5);
    expect(await client.listDeadLetters(filter, { after: 'd0', limit: 10 })).toEqual([{ id: 'd1' }]);
    expect(await client.countDeadLetters({})).toBe(6);
    expect(await client.showDeadLetter('d1')).toEqual({ id: 'd1', envelope: { event: { type: 'é\n🙂' } } });
    expect(await client.dropDeadLetters(filter)).toBe(7);
    expect(await client.replayDeadLetters(filter)).toEqual({ replayed: 8, unfitting: 1 });
    expect(await client.forget('p')).toEqual(forgotten);
    expect(await client.reload()).toEqual(report);
    expect(calls).toEqual([
      ['lanes'],
      ['resume', 'orders'],
      ['moveLane', LANE, 'archive'],
      ['dropLane', LANE],
      ['listDeadLetters', filter, { after: 'd0', limit: 10 }],
      ['countDeadLetters', {}],
      ['showDeadLetter', 'd1'],
      ['dropDeadLetters', filter],
      ['replayDeadLetters', filter],
      ['forget', 'p'],
      ['reload'],
    ]);
  });

  it('answers that there is no such dead letter', async () => {
    const client = await connected(scriptedHost().control);
    expect(await client.showDeadLetter('none')).toBeUndefined();
  });

  it.each([
    [new PermanentError('never', { code: 'LANE_NOT_ORPHANED' })],
    [new ConfigurationError('mend it', { code: 'SOMETHING' })],
    [new TransientError('later', { code: 'OUTBOX_DISK_FULL', scope: 'destination', retryAfterMs: 5 })],
    [
      new TransientError('outer', {
        cause: Object.assign(new Error('inner', { cause: new Error('root') }), { code: 'E' }),
      }),
    ],
    [new TypeError('a slip')],
  ])('throws what the host throws: %s', async (error) => {
    const { control } = scriptedHost({ resume: () => Promise.reject(error) });
    const client = await connected(control);
    const thrown: unknown = await client.resume('orders').catch((caught: unknown) => caught);
    expect(failureOf(thrown)).toEqual(failureOf(error));
    if (!(error instanceof TypeError)) expect(thrown).toBeInstanceOf(error.constructor);
  });

  it('answers each request under its id, in whatever order they are done', async () => {
    const waiting: (() => void)[] = [];
    const { control } = scriptedHost({
      forget: (profile: string) => new Promise((resolve) => waiting.push(() => resolve({ profile }))),
      countDeadLetters: 1,
    });
    const client = await connected(control);
    const answers: string[] = [];
    const calls = ['a', 'b', 'c'].map(async (id) => answers.push((await client.forget(id)).profile));
    expect(await client.countDeadLetters({})).toBe(1);
    for (const end of waiting.reverse()) {
      end();
      await client.ping();
    }
    await Promise.all(calls);
    expect(answers).toEqual(['c', 'b', 'a']);
  });

  it('has no secret in what it answers', async () => {
    const redact = (text: string): string => text.replaceAll('canary', '•••');
    const { control } = scriptedHost({
      lanes: [{ ...STATUS, lastFailure: { message: 'refused canary' } }],
      resume: () => Promise.reject(new Error('no canary', { cause: new Error('canary') })),
    });
    const client = await connected(control, { redact });
    expect(await client.lanes()).toMatchObject([{ lastFailure: { message: 'refused •••' } }]);
    await expect(client.resume('orders')).rejects.toMatchObject({ message: 'no •••', cause: { message: '•••' } });
  });

  it('refuses what has no sense before it reaches the host', async () => {
    const { control, calls } = scriptedHost();
    const client = await connected(control);
    await expect(client.resume('')).rejects.toMatchObject({ code: 'CONTROL_REQUEST_INVALID' });
    await expect(client.listDeadLetters({}, { limit: 1_000_000 })).rejects.toThrow(
      /^listDeadLetters can't be called so: params\.page\.limit/,
    );
    await expect(client.dropDeadLetters({ destinaton: 'typo' } as never)).rejects.toThrow('destinaton');
    await expect(client.dropDeadLetters(undefined as never)).rejects.toThrow('params.filter');
    expect(calls).toEqual([]);
  });
});
