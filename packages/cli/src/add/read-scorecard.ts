import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The file in which a package keeps what `dest test --json` printed. */
export const SCORECARD_FILE = 'dest.scorecard.json';

/** What a package claims of its conformance: nobody has checked it. */
export interface ClaimedScorecard {
  readonly passed: number;
  readonly failed: number;
  readonly notSupported: number;
}

/** Reads what a package claims; undefined where that is nothing, or nothing that can be read. */
export async function readScorecard(folder: string): Promise<ClaimedScorecard | undefined> {
  try {
    const found = JSON.parse(await readFile(join(folder, SCORECARD_FILE), 'utf8')) as {
      readonly destinations?: readonly unknown[];
    };
    const cards = (Array.isArray(found.destinations) ? found.destinations : [found]) as readonly ClaimedScorecard[];
    const sum = (key: keyof ClaimedScorecard): number => cards.reduce((total, card) => total + amountOf(card[key]), 0);
    const scorecard = { passed: sum('passed'), failed: sum('failed'), notSupported: sum('notSupported') };
    return Object.values(scorecard).every((amount) => Number.isSafeInteger(amount)) ? scorecard : undefined;
  } catch {
    return undefined;
  }
}

/** NaN for what is no amount, so that the whole is none. */
function amountOf(value: unknown): number {
  return typeof value === 'number' && value >= 0 ? value : NaN;
}
