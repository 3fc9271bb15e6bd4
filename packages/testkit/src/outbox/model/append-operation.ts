import type { AppendReceipt, LaneIdentity, NewDelivery } from '@dest/core';
import { expectEqual, expectThat } from '../../expectations';
import { DESTINATIONS, LANES, PERSONS, WINDOW_MS, type ModelDelivery, type ModelEnvelope } from './model-state';
import type { ModelRun, Operation } from './operation';
import { sizedEnvelope } from './sized-envelope';

/** Appends an envelope for some lanes, now and then one that came before. */
export function chooseAppend(run: ModelRun): Operation {
  const { random, trial, bytes } = run;
  const number = random.chance(15) && run.count > 0 ? random.below(run.count) : run.count++;
  const id = `e-${String(number).padStart(5, '0')}`;
  const size = random.below(bytes.length);
  const person = random.pick(PERSONS);
  const envelope: ModelEnvelope = {
    id,
    envelope: sizedEnvelope(id, person, size),
    person,
    acceptedAt: trial.now,
    bytes: bytes[size] as number,
  };
  const copies = random.some(DESTINATIONS, 60).map((destination) => chooseCopy(run, destination));
  return {
    what: `append ${id} of size ${size} for ${copies.map(describeCopy).join(', ') || 'nobody'}`,
    call: async () => {
      const receipt = await trial.append(id, copies, envelope.envelope);
      return () => applyAppend(run, envelope, copies, receipt);
    },
  };
}

function chooseCopy({ random, bytes }: ModelRun, destination: string): NewDelivery {
  const lane = random.pick(LANES.filter((candidate) => candidate.destination === destination)) as LaneIdentity;
  const whenFull = random.chance(50) ? 'reject' : 'drop-oldest';
  const maxBytes = random.chance(50) ? 1_000_000 : random.below(8 * (bytes[0] as number));
  return {
    lane,
    limit: { maxBytes, whenFull },
    kind: random.chance(50) ? 'event' : 'profile',
    ...(random.chance(70) ? { key: random.pick(['key-1', 'key-2', 'key-3']) } : {}),
    ...(random.chance(30) ? { changes: random.some(['traits.a', 'traits.b'], 50) } : {}),
    ...(random.chance(40) ? { coalesce: true } : {}),
  };
}

function describeCopy({ lane, limit, key, coalesce }: NewDelivery): string {
  const { destination, debug, generation } = lane;
  const place = `${destination}/${generation}${debug ? '/debug' : ''}`;
  return `${place} (${limit.whenFull} at ${limit.maxBytes}, ${key ?? 'no key'}${coalesce === true ? ', coalesced' : ''})`;
}

function applyAppend(
  run: ModelRun,
  envelope: ModelEnvelope,
  copies: readonly NewDelivery[],
  receipt: AppendReceipt,
): void {
  const { state, recent } = run;
  recent.add(envelope);
  const known = state.known.get(envelope.id);
  const owed = known !== undefined && envelope.acceptedAt - known.since < WINDOW_MS ? known.owed : undefined;
  const wanted = copies.filter(({ lane }) => owed === undefined || owed.has(lane.destination));
  const duplicate = owed !== undefined && wanted.length === 0;
  expectEqual(receipt.duplicate, duplicate, `whether ${envelope.id} is a duplicate`);
  const left = { ...receipt, coalesced: [...receipt.coalesced], dropped: [...receipt.dropped] };
  const refused: { readonly destination: string; readonly reason: 'lane-full' }[] = [];
  const taken: string[] = [];
  for (const copy of wanted) {
    const { destination } = copy.lane;
    if (applyCopy(run, envelope, copy, left)) taken.push(destination);
    else refused.push({ destination, reason: 'lane-full' });
  }
  expectEqual(receipt.refused, refused, 'what the receipt says is refused');
  expectEqual(
    receipt.deliveries.map(({ destination }) => destination),
    taken,
    'the destinations of the receipt',
  );
  expectEqual([left.coalesced, left.dropped], [[], []], 'what the receipt says was replaced or dropped, and was not');
  if (duplicate) return;
  const still = new Set([...(owed ?? []), ...refused.map(({ destination }) => destination)]);
  for (const destination of taken) still.delete(destination);
  state.known.set(envelope.id, { since: owed === undefined ? envelope.acceptedAt : known!.since, owed: still });
}

interface LeftOfReceipt extends AppendReceipt {
  readonly coalesced: AppendReceipt['coalesced'][number][];
  readonly dropped: AppendReceipt['dropped'][number][];
}

/** Returns whether the lane takes its copy. Takes out of the receipt what is explained. */
function applyCopy({ state }: ModelRun, envelope: ModelEnvelope, copy: NewDelivery, receipt: LeftOfReceipt): boolean {
  const { lane, limit, kind, key, changes } = copy;
  const rivals =
    copy.coalesce === true && kind === 'profile' && key !== undefined ? state.live.filter(isIn(lane, key)) : [];
  // Which one of several is replaced is the outbox's choice.
  const place = receipt.coalesced.findIndex(({ id }) => rivals.some((rival) => rival.id === id));
  const growthOf = (replaced: ModelDelivery | undefined): number => envelope.bytes - (replaced?.envelope.bytes ?? 0);
  const isRefused = receipt.refused.some(({ destination }) => destination === lane.destination);
  const [coalesced] = place < 0 ? [] : receipt.coalesced.splice(place, 1);
  const replaced = rivals.find(({ id }) => id === coalesced?.id);
  const isOver = (): boolean => state.bytesIn(lane) + growthOf(replaced) > limit.maxBytes;
  if (isRefused) {
    const full =
      rivals.length === 0 ? isOver() : rivals.some((rival) => state.bytesIn(lane) + growthOf(rival) > limit.maxBytes);
    const why = envelope.bytes > limit.maxBytes || (limit.whenFull === 'reject' && full);
    expectThat(why, `lane ${lane.destination} refuses only what doesn't fit`);
    return false;
  }
  expectThat(envelope.bytes <= limit.maxBytes, `lane ${lane.destination} refuses what is larger than it is`);
  expectThat(
    rivals.length === 0 || replaced !== undefined,
    `what waits under ${key} in ${lane.destination} is replaced`,
  );
  applyDrops(
    state.waitingIn(lane).filter((delivery) => delivery !== replaced),
    receipt,
    (delivery) => {
      expectThat(limit.whenFull === 'drop-oldest' && isOver(), `lane ${lane.destination} drops only what has to go`);
      state.remove(delivery);
    },
  );
  const mayBeOver = replaced !== undefined && growthOf(replaced) <= 0;
  expectThat(mayBeOver || !isOver(), `lane ${lane.destination} holds no more than its limit`);
  const fresh = { attempts: 0, tries: 0, dueAt: 0, scheduledAt: 0, replay: false, history: [] };
  const named = receipt.deliveries.find(({ destination }) => destination === lane.destination);
  const id = named?.id ?? '';
  const content = { lane, kind, ...(key === undefined ? {} : { key }), ...(changes === undefined ? {} : { changes }) };
  const delivery: ModelDelivery = { ...content, ...fresh, id, envelope, waitingSince: envelope.acceptedAt };
  if (replaced === undefined) {
    state.live.push(delivery);
  } else {
    expectEqual(id, replaced.id, 'the id of what replaced another');
    const { changes: _, ...unchanged } = delivery;
    const both = replaced.changes === undefined || changes === undefined ? [] : [...replaced.changes, ...changes];
    const united = replaced.changes === undefined || changes === undefined ? {} : { changes: [...new Set(both)] };
    state.replace(replaced, {
      ...unchanged,
      ...united,
      ...(replaced.sequence === undefined ? {} : { sequence: replaced.sequence }),
    });
    const seen = coalesced!;
    envelope.number ??= seen.envelope;
    expectEqual(
      [seen.envelope, seen.waitingSince, seen.changes],
      [envelope.number, envelope.acceptedAt, united.changes],
      'what the receipt says is replaced',
    );
  }
  return true;
}

/** Those that aren't replays have to go in order. */
function applyDrops(
  waiting: readonly ModelDelivery[],
  receipt: LeftOfReceipt,
  drop: (delivery: ModelDelivery) => void,
): void {
  const live = waiting.filter(({ replay }) => !replay);
  for (;;) {
    const place = receipt.dropped.findIndex(({ id }) => waiting.some((delivery) => delivery.id === id));
    if (place < 0) return;
    const [dropped] = receipt.dropped.splice(place, 1);
    const delivery = waiting.find(({ id }) => id === dropped?.id) as ModelDelivery;
    if (!delivery.replay) expectEqual(delivery.id, live.shift()?.id, 'what is dropped: the oldest');
    drop(delivery);
  }
}

/** Profiles that wait under a key. */
function isIn(lane: LaneIdentity, key: string): (delivery: ModelDelivery) => boolean {
  return (delivery) => delivery.lane === lane && delivery.key === key && delivery.kind === 'profile';
}
