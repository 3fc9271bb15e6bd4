import type { DeadLetter, LaneIdentity, StoredDelivery } from '@dest/core';
import { expectEqual, expectThat } from '../../expectations';
import { chooseFilter } from './letter-operations';
import { asStored, LANES, type ModelDelivery, type ModelLetter } from './model-state';
import type { ModelRun } from './operation';

/** Compares all that can be seen of an outbox with the model, and learns what the outbox chose. */
export async function compareWithModel(run: ModelRun): Promise<void> {
  const seen: StoredDelivery[] = [];
  for (const lane of LANES) seen.push(...(await compareLane(run, lane)));
  expectEqual(new Set(seen.map(({ id }) => id)).size, seen.length, 'how many ids there are for all that waits');
  await compareLanes(run);
  await compareLetters(run);
}

async function compareLane({ trial, state, random }: ModelRun, lane: LaneIdentity): Promise<readonly StoredDelivery[]> {
  const name = `${lane.destination}/${lane.generation}${lane.debug ? '/debug' : ''}`;
  const [waiting, replays] = [await trial.waiting(lane), await trial.replays(lane)];
  const live = state.live.filter((delivery) => delivery.lane === lane);
  const expectedReplays = state.replays.filter((delivery) => delivery.lane === lane);
  for (const stored of waiting)
    learn(
      live.find(({ id }) => id === stored.id),
      stored,
    );
  for (const stored of replays) learn(expectedReplays.find(isReplay(stored, await envelopeKey(stored))), stored);
  expectEqual(waiting, live.map(asStored), `what waits in ${name}`);
  expectEqual(replays, expectedReplays.map(asStored).toSorted(byDueTime), `the replays of ${name}`);
  const rising = waiting.every(({ sequence }, index) => index === 0 || sequence > waiting[index - 1]!.sequence);
  expectThat(rising, `sequences of ${name} rise: ${waiting.map(({ sequence }) => sequence).join(', ')}`);
  const [untried, retries] = [live.filter(({ dueAt }) => dueAt === 0), live.filter(({ dueAt }) => dueAt !== 0)];
  expectEqual(await trial.untried(lane), untried.map(asStored), `what is untried in ${name}`);
  expectEqual(await trial.retries(lane), retries.map(asStored).toSorted(byDueTime), `the retries of ${name}`);
  const [after, limit] = [waiting[random.below(waiting.length)]?.sequence ?? 0, 1 + random.below(5)];
  const part = waiting.filter(({ sequence }) => sequence > after).slice(0, limit);
  expectEqual(await trial.outbox.read(lane, { after, limit, which: 'all' }), part, `a part of ${name}`);
  const all = [...live, ...expectedReplays];
  const loaded = await trial.outbox.load(all.map(asStored));
  expectEqual(
    loaded.map((accepted) => JSON.stringify([accepted?.id, accepted?.acceptedAt, accepted?.envelope])),
    all.map(({ envelope }) => JSON.stringify([envelope.id, envelope.acceptedAt, envelope.envelope])),
    `the envelopes of ${name}`,
  );
  await trial.expectSize(lane, all.map(asStored), `(${name})`);
  return [...waiting, ...replays];

  async function envelopeKey(stored: StoredDelivery): Promise<string> {
    const [accepted] = await trial.outbox.load([stored]);
    return `${accepted?.id} of ${accepted?.acceptedAt}`;
  }
}

/** A replay gets its id from the outbox: it is known by its envelope at first. */
function isReplay(stored: StoredDelivery, envelopeKey: string): (delivery: ModelDelivery) => boolean {
  return ({ id, envelope }) =>
    id === undefined ? `${envelope.id} of ${envelope.acceptedAt}` === envelopeKey : id === stored.id;
}

function learn(delivery: ModelDelivery | undefined, stored: StoredDelivery): void {
  if (delivery === undefined) return;
  delivery.id ??= stored.id;
  delivery.sequence ??= stored.sequence;
  delivery.envelope.number ??= stored.envelope;
}

function byDueTime(left: StoredDelivery, right: StoredDelivery): number {
  return left.dueAt - right.dueAt || left.sequence - right.sequence;
}

async function compareLanes({ trial, state }: ModelRun): Promise<void> {
  const listed = (await trial.outbox.lanes()).map(
    ({ lane, size }) => `${laneText(lane)}: ${size.waiting}, ${size.bytes}`,
  );
  const expected = LANES.filter((lane) => state.waitingIn(lane).length > 0).map(
    (lane) => `${laneText(lane)}: ${state.waitingIn(lane).length}, ${state.bytesIn(lane)}`,
  );
  expectEqual(listed.toSorted(), expected.toSorted(), 'the lanes that hold something');
}

function laneText({ destination, package: name, debug, generation }: LaneIdentity): string {
  return `${destination}, ${name}, ${debug}, ${generation}`;
}

async function compareLetters(run: ModelRun): Promise<void> {
  const { trial, state, random } = run;
  const letters = await trial.letters();
  for (const [index, { id }] of letters.entries()) {
    const letter = state.letters[index];
    if (letter !== undefined) letter.id ??= id;
  }
  expectEqual(letters, state.letters.map(asDeadLetter), 'the dead letters');
  expectEqual(new Set(letters.map(({ id }) => id)).size, letters.length, 'how many ids there are for the dead letters');
  const { filter, matches } = chooseFilter(run);
  const matching = state.letters.filter(matches);
  const by = `by ${JSON.stringify(filter)}`;
  expectEqual(await trial.outbox.countDeadLetters(filter), matching.length, `how many dead letters there are ${by}`);
  const after = random.pick(state.letters)?.id;
  const rest = matching.filter((letter) => after === undefined || state.letters.indexOf(letter) > indexOf(after));
  const page = { ...(after === undefined ? {} : { after }), limit: 1 + random.below(4) };
  expectEqual(
    await trial.outbox.deadLetters(filter, page),
    rest.slice(0, page.limit).map(asDeadLetter),
    `the dead letters ${by} on the page ${JSON.stringify(page)}`,
  );
  const shown = random.pick(state.letters);
  if (shown?.id === undefined) return;
  const expected = { ...asDeadLetter(shown), envelope: shown.envelope.envelope };
  expectEqual(await trial.outbox.deadLetter(shown.id), expected, `the dead letter ${shown.id} as it is shown`);

  function indexOf(id: string): number {
    return state.letters.findIndex((letter) => letter.id === id);
  }
}

function asDeadLetter({ envelope, id = '', ...rest }: ModelLetter): DeadLetter {
  return { ...rest, id, envelopeId: envelope.id, acceptedAt: envelope.acceptedAt, bytes: envelope.bytes };
}
