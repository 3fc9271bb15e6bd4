import type { NewDelivery } from '@dest/core';
import { expectEqual, expectThat } from '../../expectations';
import type { OutboxCase } from '../outbox-case';
import { onOutbox } from '../outbox-trial';
import { copyFor, laneOf } from '../samples';

const people = laneOf('people');
const LATEST: Partial<NewDelivery> = { kind: 'profile', key: 'ada', coalesce: true };

/** What the size of a copy means for the one that it replaces. */
export const coalesceSizeCases: readonly OutboxCase[] = [
  {
    name: 'a copy of another size counts by its own',
    run: onOutbox(async (trial) => {
      const small = await trial.add('e-1', people, LATEST);
      const neighbour = await trial.add('e-2', people);
      const large = { profile: { id: 'ada', traits: { text: 'x'.repeat(5_000) } } };
      await trial.append('e-3', [copyFor(people, LATEST)], large);
      const [grown] = await trial.waiting(people);
      expectThat(grown!.bytes > small.bytes, `a larger copy counts more: ${grown!.bytes}, not ${small.bytes}`);
      await trial.expectSize(people, [grown!, neighbour], 'with a larger copy');
      await trial.append('e-4', [copyFor(people, LATEST)]);
      const [shrunk] = await trial.waiting(people);
      expectThat(shrunk!.bytes < grown!.bytes, `a smaller copy counts less: ${shrunk!.bytes}, not ${grown!.bytes}`);
      await trial.expectSize(people, [shrunk!, neighbour], 'with a smaller copy');
      await trial.deliver(shrunk!);
      await trial.expectSize(people, [neighbour], 'when it was delivered');
    }),
  },
  {
    name: 'a full lane takes a copy that needs no more room than the one it replaces',
    run: onOutbox(async (trial) => {
      const first = await trial.add('e-1', people, LATEST);
      for (const whenFull of ['reject', 'drop-oldest'] as const) {
        const limit = { maxBytes: first.bytes, whenFull };
        const receipt = await trial.append(`e-${whenFull.length}`, [copyFor(people, { ...LATEST, limit })], {
          event: { type: 'x' },
        });
        expectEqual([receipt.refused, receipt.dropped], [[], []], `what is refused and dropped under ${whenFull}`);
        expectEqual(receipt.coalesced.length, 1, `how many are replaced under ${whenFull}`);
      }
    }),
  },
  {
    name: 'a copy that grows beyond a full lane is refused, and the one that waits stays; or others make room',
    run: onOutbox(async (trial) => {
      const first = await trial.add('e-1', people, LATEST);
      const second = await trial.add('e-2', people);
      const larger = { profile: { id: 'ada', traits: { text: 'x' } }, event: trial.accepted('e-3').envelope.event! };
      const maxBytes = first.bytes + second.bytes;
      const copy = (whenFull: 'reject' | 'drop-oldest'): NewDelivery =>
        copyFor(people, { ...LATEST, limit: { maxBytes, whenFull } });
      const refused = await trial.append('e-3', [copy('reject')], larger);
      expectEqual(refused.refused, [{ destination: 'people', reason: 'lane-full' }], 'what is refused');
      expectEqual(refused.coalesced, [], 'what is replaced by what is refused');
      expectEqual(await trial.waiting(people), [first, second], 'what waits after that');
      const dropping = await trial.append('e-4', [copy('drop-oldest')], larger);
      expectEqual(dropping.refused, [], 'what is refused by a lane that drops its oldest');
      expectEqual(
        dropping.dropped.map(({ id }) => id),
        [second.id],
        'what is dropped: not the one that is replaced',
      );
      expectEqual(await trial.envelopeIds(await trial.waiting(people)), ['e-4'], 'what waits then');
      await trial.expectSize(people, await trial.waiting(people), 'after room was made');
    }),
  },
];
