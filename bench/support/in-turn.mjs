// Ours and the peer in turn, five times, now the one first and now the other: what disturbs the machine disturbs both.

/** How many runs each side has. */
export const RUNS = Number(process.env.DEST_BENCH_RUNS ?? 5);

export function median(numbers) {
  const sorted = numbers.toSorted((left, right) => left - right);
  return sorted[sorted.length >> 1];
}

const format = (number) => number.toLocaleString('en-US', { maximumSignificantDigits: number < 1_000 ? 3 : 6 });

/**
 * @param {string} name - what progress, on standard error, calls it
 * @param {() => Promise<number>} ours
 * @param {() => Promise<number>} peer - the first time after ours, of which it may need to know something
 * @returns the medians
 */
export async function inTurn(name, ours, peer) {
  const measured = { ours: [], peer: [] };
  const measures = { ours, peer };
  for (let run = 1; run <= RUNS; run++) {
    const order = run % 2 === 1 ? ['ours', 'peer'] : ['peer', 'ours'];
    for (const who of order) measured[who].push(await measures[who]());
    const [mine, theirs] = [measured.ours.at(-1), measured.peer.at(-1)];
    console.error(`${name} ${run}/${RUNS}: ours ${format(mine)}, peer ${format(theirs)}`);
  }
  return { ours: median(measured.ours), peer: median(measured.peer) };
}

/**
 * The same for what is done in a second.
 *
 * @param {() => Promise<{ perSecond: number, cpuMicroseconds: number }>} ours - and whatever else progress shall tell
 * @param {() => Promise<{ perSecond: number, cpuMicroseconds: number }>} peer
 */
export function ratesInTurn(name, ours, peer) {
  const rate = (who, measure) => async () => {
    const { perSecond, ...details } = await measure();
    const told = Object.entries(details).map(([what, number]) => `${what} ${format(number)}`);
    console.error(`${name}: ${who} ${format(perSecond)}/s (${told.join(', ')})`);
    return perSecond;
  };
  return inTurn(name, rate('ours', ours), rate('peer', peer));
}
