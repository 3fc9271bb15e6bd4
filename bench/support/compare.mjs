// Measures two ways of doing the same work, in turn, in one process, in CPU time: the machine is shared and noisy.
import { cpuUsage } from 'node:process';

/** What came out of the work goes here, so that nothing is optimised away. */
export const sink = { value: undefined };

const ROUNDS = 9;
const TARGET_MS = 150;

function cpuMicroseconds(since) {
  const { user, system } = cpuUsage(since);
  return user + system;
}

/** CPU microseconds of one call of `pass`. */
async function timed(pass, repeats) {
  const since = cpuUsage();
  for (let repeat = 0; repeat < repeats; repeat++) {
    const result = pass();
    sink.value = result instanceof Promise ? await result : result;
  }
  return cpuMicroseconds(since) / repeats;
}

/** How often a pass must be repeated to take long enough to be measured. */
async function repeatsOf(pass) {
  for (let repeats = 1; ; repeats *= 2) {
    const microseconds = (await timed(pass, repeats)) * repeats;
    if (microseconds > (TARGET_MS * 1_000) / 2) return repeats;
  }
}

function median(numbers) {
  const sorted = numbers.toSorted((left, right) => left - right);
  return sorted[sorted.length >> 1];
}

/**
 * @param {() => unknown} ours - one pass over the events
 * @param {() => unknown} peer - the same work, another way
 * @param {number} events - how many a pass takes
 * @returns CPU microseconds per event of both, medians of rounds in turn
 */
export async function compare(ours, peer, events) {
  const repeats = { ours: await repeatsOf(ours), peer: await repeatsOf(peer) };
  const rounds = { ours: [], peer: [] };
  for (let round = 0; round < ROUNDS; round++) {
    const order = round % 2 === 0 ? ['ours', 'peer'] : ['peer', 'ours'];
    for (const who of order) {
      globalThis.gc?.();
      rounds[who].push((await timed(who === 'ours' ? ours : peer, repeats[who])) / events);
    }
  }
  return { ours: median(rounds.ours), peer: median(rounds.peer) };
}
