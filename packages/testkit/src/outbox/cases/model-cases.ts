import { runOutboxModel } from '../model/run-outbox-model';
import type { OutboxCase } from '../outbox-case';

/** The first three are the same each time; the last one finds what nobody thought of, and names its seed where it fails. */
const SEEDS = [
  ['seed 1', () => 1],
  ['seed 2', () => 2],
  ['seed 3', () => 3],
  ['a new seed each time', () => Date.now() % 1_000_000_000],
] as const;

/** Random calls, against a model. */
export const modelCases: readonly OutboxCase[] = SEEDS.map(([what, seedOf]) => ({
  name: `random calls do what they do to a simple model: ${what}`,
  run: (kit) => runOutboxModel(kit, { seed: seedOf(), steps: 120 }),
}));
