import { expectEqual } from '../../expectations';
import { LANES } from './model-state';
import type { ModelRun, Operation } from './operation';

/** Moves one of the two lanes of a destination to the other. */
export function chooseMove({ random, state, trial }: ModelRun): Operation {
  const [first, second] = LANES;
  const [from, to] = random.chance(50) ? [first, second] : [second, first];
  return {
    what: `move generation ${from.generation} of ${from.destination} to generation ${to.generation}`,
    call: async () => {
      const count = await trial.outbox.moveLane(from, to);
      return () => {
        const moved = state.waitingIn(from);
        expectEqual(count, moved.length, 'how many are moved');
        for (const delivery of moved) {
          const list = delivery.replay ? state.replays : state.live;
          list.splice(list.indexOf(delivery), 1);
          const { sequence: _, ...rest } = delivery;
          list.push({ ...rest, lane: to });
        }
      };
    },
  };
}

export function chooseDropLane({ random, state, trial }: ModelRun): Operation {
  const lane = random.pick(LANES);
  return {
    what: `drop lane ${JSON.stringify(lane)}`,
    call: async () => {
      const count = await trial.outbox.dropLane(lane);
      return () => {
        const dropped = state.waitingIn(lane);
        expectEqual(count, dropped.length, 'how many of the lane are dropped');
        for (const delivery of dropped) state.remove(delivery);
      };
    },
  };
}
