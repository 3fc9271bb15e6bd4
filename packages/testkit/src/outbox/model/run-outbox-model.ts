import type { OutboxKit } from '../outbox-kit';
import { OutboxTrial, reopen } from '../outbox-trial';
import { laneOf } from '../samples';
import { chooseAppend } from './append-operation';
import { compareWithModel } from './compare-model';
import { chooseDropLane, chooseMove } from './lane-operations';
import { chooseDropLetters, chooseForget, chooseReplay } from './letter-operations';
import { ModelState, PERSONS, WINDOW_MS } from './model-state';
import type { ModelRun, Operation } from './operation';
import { Random } from './random';
import { chooseSettle } from './settle-operation';
import { SIZES, sizedEnvelope } from './sized-envelope';

export interface OutboxModelOptions {
  /** The same operations for the same seed. */
  readonly seed: number;
  readonly steps: number;
}

/**
 * Does random things to an outbox and to a simple model of one, and compares all that can be seen after each step. A step is
 * a few calls side by side.
 *
 * @throws Error with the seed, the last steps and what differs
 */
export async function runOutboxModel(kit: OutboxKit, { seed, steps }: OutboxModelOptions): Promise<void> {
  const trial = new OutboxTrial(kit, await kit.create({ dedupeWindowMs: WINDOW_MS }));
  const done: string[] = [];
  try {
    const bytes = await measure(trial);
    const run: ModelRun = {
      trial,
      state: new ModelState(),
      random: new Random(seed),
      bytes,
      settling: new Set(),
      recent: new Set(),
      count: 0,
    };
    for (let step = 0; step < steps; step++) await doStep(run, done);
  } catch (error) {
    const last = done.slice(-12).map((what, index) => `${Math.max(0, done.length - 12) + index + 1}. ${what}`);
    const { message } = error as Error;
    throw new Error(`Seed ${seed} differs from the model.\n\n${last.join('\n')}\n\n${message}`, { cause: error });
  } finally {
    await trial.outbox.close();
  }
}

/** What an envelope of each size counts. */
async function measure(trial: OutboxTrial): Promise<readonly number[]> {
  const [lane, bytes] = [laneOf('probe'), [] as number[]];
  for (let size = 0; size < SIZES; size++) {
    const id = `p-${String(size).padStart(5, '0')}`;
    bytes.push((await trial.add(id, lane, { key: 'key-1' }, sizedEnvelope(id, PERSONS[0], size))).bytes);
  }
  await trial.outbox.dropLane(lane);
  return bytes;
}

async function doStep(run: ModelRun, done: string[]): Promise<void> {
  const { random, trial } = run;
  const kind = random.below(100);
  if (kind < 4) {
    const ms = random.below(WINDOW_MS / 2);
    done.push(`let ${ms} ms pass`);
    trial.kit.clock.advance(ms);
  } else if (kind < 8 && isDurable(trial)) {
    done.push('close it and open it again');
    await reopen(trial);
  } else {
    trial.kit.clock.advance(random.below(20));
    await doBurst(kind < 14 ? [chooseReplay(run)] : chooseBurst(run), done);
  }
  await compareWithModel(run);
}

function isDurable(trial: OutboxTrial): trial is OutboxTrial<Required<OutboxKit>> {
  return trial.kit.reopen !== undefined;
}

function chooseBurst(run: ModelRun): readonly Operation[] {
  run.settling.clear();
  run.recent.clear();
  for (const { envelope } of [...run.state.live, ...run.state.replays, ...run.state.letters]) run.recent.add(envelope);
  return Array.from({ length: 1 + run.random.below(4) }, () => {
    const kind = run.random.below(100);
    if (kind < 50) return chooseAppend(run);
    if (kind < 88) return chooseSettle(run);
    if (kind < 92) return chooseMove(run);
    if (kind < 94) return chooseDropLane(run);
    if (kind < 97) return chooseDropLetters(run);
    return chooseForget(run);
  });
}

/** All calls at once: what is called earlier takes effect earlier. */
async function doBurst(operations: readonly Operation[], done: string[]): Promise<void> {
  done.push(operations.map(({ what }) => what).join('; '));
  const calls = await Promise.all(operations.map((operation) => operation.call()));
  for (const apply of calls) apply();
}
