import type { DeadLetterFilter } from '@dest/core';
import { expectEqual, expectThat } from '../../expectations';
import { CODES, DESTINATIONS, LANES, PERSONS, type ModelEnvelope, type ModelLetter } from './model-state';
import type { ModelRun, Operation } from './operation';

/** A filter of dead letters, and the same for those of the model. */
export interface ChosenFilter {
  readonly filter: DeadLetterFilter;
  readonly matches: (letter: ModelLetter) => boolean;
}

export function chooseFilter({ random, state, trial }: ModelRun): ChosenFilter {
  const times = (): number => trial.now - random.below(200);
  const ids = random.some(state.letters, 50).map(({ id = '' }) => id);
  const filter: DeadLetterFilter = {
    ...(random.chance(20) ? { ids } : {}),
    ...(random.chance(30) ? { destination: random.pick(DESTINATIONS) } : {}),
    ...(random.chance(30) ? { code: random.pick(CODES) } : {}),
    ...(random.chance(20) ? { failedFrom: times() } : {}),
    ...(random.chance(20) ? { failedBefore: times() } : {}),
  };
  const matches = ({ id = '', lane, failure, failedAt }: ModelLetter): boolean =>
    (filter.ids?.includes(id) ?? true) &&
    (filter.destination ?? lane.destination) === lane.destination &&
    (filter.code ?? failure.code) === failure.code &&
    failedAt >= (filter.failedFrom ?? 0) &&
    failedAt < (filter.failedBefore ?? Infinity);
  return { filter, matches };
}

export function chooseDropLetters(run: ModelRun): Operation {
  const { state, trial } = run;
  const { filter, matches } = chooseFilter(run);
  return {
    what: `drop dead letters by ${JSON.stringify(filter)}`,
    call: async () => {
      const count = await trial.outbox.dropDeadLetters(filter);
      return () => {
        expectEqual(count, state.letters.filter(matches).length, 'how many dead letters are dropped');
        state.letters = state.letters.filter((letter) => !matches(letter));
      };
    },
  };
}

/** Not for a burst: it may take effect by and by. */
export function chooseReplay(run: ModelRun): Operation {
  const { random, state, trial } = run;
  const { filter, matches } = chooseFilter(run);
  // One of those that are alike in destination and debug.
  const [first, second, ...others] = LANES;
  const lanes = random.some([random.pick([first, second]), ...others], 70);
  return {
    what: `replay dead letters by ${JSON.stringify(filter)} in ${JSON.stringify(lanes)}`,
    call: async () => {
      const waitingSince = trial.now;
      const receipt = await trial.replay(filter, lanes);
      return () => {
        const wanted = state.letters.filter(matches);
        const replayed = wanted.filter((letter) => laneFor(letter) !== undefined);
        const unfitting = wanted.length - replayed.length;
        expectEqual(receipt, { replayed: replayed.length, unfitting }, 'the receipt');
        state.letters = state.letters.filter((letter) => !replayed.includes(letter));
        const fresh = { waitingSince, attempts: 0, dueAt: 0, scheduledAt: 0, replay: true };
        for (const letter of replayed) {
          const { envelope, kind, key, changes, tries, history } = letter;
          const content = {
            kind,
            ...(key === undefined ? {} : { key }),
            ...(changes === undefined ? {} : { changes }),
          };
          state.replays.push({ ...content, ...fresh, lane: laneFor(letter)!, envelope, tries, history });
        }
      };
    },
  };

  function laneFor({ lane }: ModelLetter): (typeof LANES)[number] | undefined {
    return lanes.find(({ destination, debug }) => destination === lane.destination && debug === lane.debug);
  }
}

export function chooseForget({ random, state, trial, recent }: ModelRun): Operation {
  const person = random.pick(PERSONS);
  return {
    what: `forget ${person}`,
    call: async () => {
      const receipt = await trial.outbox.forget(person);
      return () => {
        const deliveries = [...state.live, ...state.replays].filter(({ envelope }) => envelope.person === person);
        const letters = state.letters.filter(({ envelope }) => envelope.person === person);
        expectEqual(
          receipt.deliveries.map(({ id, destination }) => `${id} of ${destination}`).toSorted(),
          deliveries.map(({ id, lane }) => `${id} of ${lane.destination}`).toSorted(),
          'the deliveries that were forgotten',
        );
        expectEqual(receipt.deadLetters, letters.length, 'how many dead letters were forgotten');
        const held = [...deliveries, ...letters].map(({ envelope }) => envelope);
        // What calls beside this one have done with may be on the medium still, and is removed as well then.
        const most = countOf([...held, ...[...recent].filter((envelope) => envelope.person === person)]);
        const [least, found] = [countOf(held), receipt.envelopes];
        expectThat(found >= least && found <= most, `${least} to ${most} envelopes are forgotten, not ${found}`);
        for (const delivery of deliveries) state.remove(delivery);
        state.letters = state.letters.filter((letter) => !letters.includes(letter));
      };
    },
  };
}

/** By their numbers, which are known from when they were seen first. */
function countOf(envelopes: readonly ModelEnvelope[]): number {
  return new Set(envelopes.map((envelope) => envelope.number ?? envelope)).size;
}
