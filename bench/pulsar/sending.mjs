// What both sides send in a second, and what that takes of the client's processors: the broker shares them.
import { median, ratesInTurn } from '../support/in-turn.mjs';

/**
 * Measures two ways of sending in turn, and reports the rate and the processor time of each message.
 *
 * @param {{ add(result: object): void }} report
 * @param {object} options
 * @param {string} options.name - of the rate
 * @param {number} options.least - the ratio of rates that is asked for
 * @param {{ name: string, least?: number }} options.cpu - the same for the processor time; a ratio above 1: ours takes less
 * @param {string} [options.what] - what is counted, if not messages
 * @param {() => Promise<{ perSecond: number, cpuMicroseconds: number }>} options.ours
 * @param {() => Promise<{ perSecond: number, cpuMicroseconds: number }>} options.peer
 */
export async function measureSending(report, { name, least, cpu, what = 'message', ours, peer }) {
  const microseconds = { ours: [], peer: [] };
  const keeping = (side, measure) => async () => {
    const measured = await measure();
    microseconds[side].push(measured.cpuMicroseconds);
    return measured;
  };
  const rates = await ratesInTurn(name, keeping('ours', ours), keeping('peer', peer));
  report.add({ name, unit: `${plural(what)}/s`, least, more: true, ...rates });
  const costs = { ours: median(microseconds.ours), peer: median(microseconds.peer) };
  report.add({ name: cpu.name, unit: `CPU µs/${what}`, least: cpu.least, ...costs });
}

const plural = (what) => (what.endsWith('y') ? `${what.slice(0, -1)}ies` : `${what}s`);
