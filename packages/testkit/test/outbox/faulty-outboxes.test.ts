import type { Outbox } from '@dest/core';
import { MemoryOutbox } from '../../../host/src/outbox/memory-outbox';
import { keptOpen } from '../../../host/test/outbox/support/kept-open';
import { outboxCases, runOutboxModel, VirtualClock, type DurableOutboxKit } from '../../src/index';

const clock = new VirtualClock();

/** What an outbox does wrong: the calls that differ, over those of one that does it right. */
type Fault = (sound: Outbox) => Partial<Outbox>;

/** Makes outboxes with a fault. */
function kitWith(fault: Fault): DurableOutboxKit {
  const faulty = (sound: Outbox): Outbox => {
    const differing: Partial<Outbox> = { ...keptOpen(sound, clock), ...fault(sound) };
    return new Proxy(sound, {
      get: (target, name: keyof Outbox) => {
        const method: unknown = differing[name] ?? target[name];
        return typeof method === 'function' ? (method.bind(target) as unknown) : method;
      },
    });
  };
  return {
    clock,
    create: async ({ dedupeWindowMs } = { dedupeWindowMs: 86_400_000 }) =>
      faulty(new MemoryOutbox({ clock, dedupeWindowMs })),
    reopen: async (outbox) => {
      await outbox.close();
      return outbox;
    },
  };
}

const FAULTS: readonly (readonly [what: string, fault: Fault, fails: string])[] = [
  [
    'makes a second copy of what comes again',
    (sound) => ({
      append: (accepted, copies) => sound.append({ ...accepted, id: `${accepted.id}${Math.random()}` }, copies),
    }),
    'an id that comes again within the window is a duplicate, and nothing is appended',
  ],
  [
    'keeps copies apart from one another',
    (sound) => ({
      append: async (accepted, copies) => {
        const parts = [];
        for (const copy of copies)
          parts.push(await sound.append({ ...accepted, id: `${accepted.id}${Math.random()}` }, [copy]));
        const none = await sound.append(accepted, []);
        return { ...none, deliveries: parts.flatMap(({ deliveries }) => deliveries) };
      },
    }),
    'one envelope is kept once, however many lanes take it',
  ],
  [
    'knows no limits',
    (sound) => ({
      append: (accepted, copies) =>
        sound.append(
          accepted,
          copies.map((copy) => ({ ...copy, limit: { maxBytes: Infinity, whenFull: 'reject' } })),
        ),
    }),
    'a full lane refuses its copy, names itself, and holds no other one up',
  ],
  [
    'reads one more than was asked for',
    (sound) => ({ read: (lane, options) => sound.read(lane, { ...options, limit: options.limit + 1 }) }),
    'a lane is read from a sequence on, as many as are asked for',
  ],
  [
    'settles by its id alone',
    (sound) => ({
      settle: async (settlements) => {
        for (const settlement of settlements) {
          const { lane, id } = settlement.delivery;
          const waiting = await sound.read(lane, { after: 0, limit: 1_000, which: 'all' });
          const envelope = waiting.find((delivery) => delivery.id === id)?.envelope ?? 0;
          await sound.settle([{ ...settlement, delivery: { ...settlement.delivery, envelope } }]);
        }
      },
    }),
    'settling what was replaced since does nothing: the later envelope waits on',
  ],
  [
    'mixes test and production in a replay',
    (sound) => ({
      replayDeadLetters: (filter, lanes) =>
        sound.replayDeadLetters(
          filter,
          lanes.flatMap((lane) => [lane, { ...lane, debug: !lane.debug }]),
        ),
    }),
    'a dead letter of no lane that is given stays, and debug never mixes',
  ],
  [
    'stores text as UTF-8',
    (sound) => ({
      append: (accepted, copies) => {
        const text = JSON.stringify(accepted.envelope).replace(/\\ud[89a-f]../g, '\uFFFD');
        return sound.append({ ...accepted, envelope: JSON.parse(text) as object }, copies);
      },
    }),
    'an envelope comes back byte by byte: halves of surrogate pairs',
  ],
  [
    'searches the text of envelopes for a person',
    (sound) => ({
      forget: async (profileId) => {
        for (const { lane } of await sound.lanes()) {
          const waiting = await sound.read(lane, { after: 0, limit: 1_000, which: 'all' });
          const envelopes = await sound.load(waiting);
          const found = waiting.filter((_, index) => JSON.stringify(envelopes[index]).includes(profileId));
          const outcome = { status: 'delivered' } as const;
          await sound.settle(found.map((delivery) => ({ delivery, outcome, settledAt: clock.now() })));
        }
        return sound.forget(profileId);
      },
    }),
    'what only reads like a person stays',
  ],
  [
    'lets a read pass by what was appended before it',
    (sound) => ({
      append: async (accepted, copies) => {
        await new Promise((resolve) => setImmediate(resolve));
        return sound.append(accepted, copies);
      },
    }),
    'what was called earlier takes effect earlier, also when nobody waited for it',
  ],
  [
    'loses what is in flight when it is closed',
    (sound) => ({
      started: (deliveries) => {
        const outcome = { status: 'delivered' } as const;
        void sound.settle(deliveries.map((delivery) => ({ delivery, outcome, settledAt: clock.now() })));
      },
    }),
    'a clean end is no crash for what was in flight, but a try',
  ],
  [
    'takes having given up for what the last try failed with',
    (sound) => ({
      settle: (settlements) =>
        sound.settle(
          settlements.map((settlement) => {
            const { outcome } = settlement;
            if (outcome.status !== 'failed') return settlement;
            return { ...settlement, outcome: { status: 'failed', failure: outcome.failure } };
          }),
        ),
    }),
    'the history of what is given up ends with what its last try failed with',
  ],
  [
    'finds dead letters by their own code only',
    (sound) => ({
      deadLetters: async (filter, page) =>
        (await sound.deadLetters(filter, page)).filter(({ failure }) => failure.code === (filter.code ?? failure.code)),
    }),
    'dead letters are found by the codes of their causes',
  ],
  [
    'loses its dead letters when it is closed',
    (sound) => ({ close: async () => void (await sound.dropDeadLetters({})) }),
    'all that waits survives, and all dead letters do',
  ],
];

test.each(FAULTS)('an outbox that %s is found out', async (_what, fault, fails) => {
  const found = outboxCases.find(({ name }) => name === fails);
  if (found === undefined) throw new Error(`There is no case that says: ${fails}`);
  await expect(found.run(kitWith(fault))).rejects.toThrow();
  await expect(found.run(kitWith(() => ({})))).resolves.toBeUndefined();
});

describe('the random run', () => {
  test('names its seed and its last steps where it fails', async () => {
    const kit = kitWith((sound) => ({
      dropLane: async (lane) => (lane.destination === 'probe' ? sound.dropLane(lane) : 0),
    }));
    const run = runOutboxModel(kit, { seed: 7, steps: 300 });
    await expect(run).rejects.toThrow(/^Seed 7 differs from the model\.\n\n(\d+\. .*\n)+.*drop lane[^]*how many/);
  });

  test('does the same for the same seed', async () => {
    const run = async (seed: number): Promise<readonly unknown[]> => {
      const calls: unknown[] = [];
      const start = clock.now();
      const kit = kitWith((sound) => ({
        append: (accepted, copies) => {
          calls.push(accepted.id, accepted.acceptedAt - start, copies);
          return sound.append(accepted, copies);
        },
      }));
      await runOutboxModel(kit, { seed, steps: 40 });
      return calls;
    };
    const first = await run(11);
    expect(await run(11)).toEqual(first);
    expect(await run(12)).not.toEqual(first);
  });
});
