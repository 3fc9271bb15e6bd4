import { copyFileSync, existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { allDeadLetters } from './support/all-dead-letters';
import { endHostChildren, HostChild } from './support/host-child';
import { order, type Order } from './support/order';
import { SeededRandom, seedOf } from './support/seeded-random';
import { envelopeIdOf, readSink } from './support/sink-files';
import { isSoak } from './support/soak';
import { persistent, WorkFolder } from './support/work-folder';

/** Enough that most of the file is records. */
const SENT = 600;

const ROUNDS = isSoak ? 100 : 6;

/** How long one takes at most, in milliseconds. */
const ROUND_MS = 90_000;

let folder: WorkFolder;

beforeEach(() => {
  folder = new WorkFolder();
});

afterEach(async () => {
  await endHostChildren();
  folder.remove();
});

/** How a file comes back from a bad disk. */
type Damage = (content: Buffer, random: SeededRandom) => Buffer;

const flipBits: Damage = (content, random) => {
  const flipped = Buffer.from(content);
  for (let flips = random.between(1, content.length / 20_000); flips > 0; flips--) {
    const at = random.between(0, content.length - 1);
    flipped[at] = flipped[at]! ^ (1 << random.between(0, 7));
  }
  return flipped;
};

const tear: Damage = (content, random) => content.subarray(0, random.between(content.length / 4, content.length));

const zeroPages: Damage = (content, random) => {
  const zeroed = Buffer.from(content);
  for (let pages = random.between(1, 4); pages > 0; pages--) {
    const start = 4_096 * random.between(0, content.length / 4_096 - 1);
    zeroed.fill(0, start, start + 4_096);
  }
  return zeroed;
};

const damages = [
  ['bit-flipped', 'outbox.db', flipBits],
  ['partly zeros', 'outbox.db', zeroPages],
  ['torn', 'outbox.db', tear],
  ['bit-flipped in its log', 'outbox.db-wal', flipBits],
  ['torn in its log', 'outbox.db-wal', tear],
] as const;

test.each(damages)(
  'fault 4: an outbox that is %s: starts; damaged records quarantined and counted',
  async (_name, damaged, damage) => {
    const seed = seedOf('DEST_DAMAGE_SEED');
    const counts: number[] = [];
    const random = new SeededRandom(seed);
    const sent = new Map(Array.from({ length: SENT }, (_, n) => [`e${n}`, order(`e${n}`, { n, text: 'x'.repeat(n) })]));
    await keepSome([...sent.values()], damaged.endsWith('-wal'));
    const names = ['outbox.db', 'outbox.db-wal'].filter((name) => existsSync(folder.file(`outbox/${name}`)));
    expect(names).toContain(damaged);
    for (const name of names) copyFileSync(folder.file(`outbox/${name}`), folder.file(`${name}.whole`));
    for (let round = 0; round < ROUNDS; round++) {
      for (const name of readdirSync(folder.file('outbox'))) rmSync(folder.file(`outbox/${name}`));
      for (const name of names) copyFileSync(folder.file(`${name}.whole`), folder.file(`outbox/${name}`));
      const whole = readFileSync(folder.file(`${damaged}.whole`));
      writeFileSync(folder.file(`outbox/${damaged}`), damage(whole, random));
      const outcome = await within(ROUND_MS, startDamaged(sent, folder.file(`notes-${round}`)));
      if (outcome === undefined) throw new Error(`Round ${round} hangs. DEST_DAMAGE_SEED=${seed} repeats it.`);
      const { missing, counted, problems, namesDamaged } = outcome;
      counts.push(missing.length);
      // What a torn log lacks at its end can't be told from what never was.
      const last = [...sent.keys()].slice(sent.size - missing.length);
      const isTornOff = damaged.endsWith('-wal') && missing.every((id) => last.includes(id));
      // Of what was in pages that are gone, also those that knew how much it was, only the damaged file is left.
      const isFair = missing.length <= counted || namesDamaged || isTornOff;
      const found = { seed, round, problems, missing: isFair ? [] : missing, counted };
      expect(found).toEqual({ seed, round, problems: [], missing: [], counted });
    }
    // A new, empty outbox would do for all of the above.
    const saved = counts.filter((count) => count < sent.size / 2).length;
    if (damage === flipBits && damaged === 'outbox.db') {
      expect({ seed, most: saved > ROUNDS / 2, counts }).toEqual({ seed, most: true, counts });
    } else if (damage === zeroPages) {
      expect({ seed, saved }).not.toEqual({ seed, saved: 0 });
    }
    console.log(`Of ${sent.size} are missing: ${counts.join(', ')}. DEST_DAMAGE_SEED=${seed} repeats it.`);
  },
  isSoak ? 3_600_000 : 600_000,
);

/** Leaves an outbox in which all wait; in its log only, where that is asked for. */
async function keepSome(envelopes: readonly Order[], inLog: boolean): Promise<void> {
  const child = new HostChild({ config: configuration(folder.file('none')), deliver: false });
  await child.ready;
  for (let n = 0; n < envelopes.length; n += 10) await child.dispatch(envelopes.slice(n, n + 10));
  if (inLog) await child.kill();
  else await child.close();
}

/** Undefined where it isn't there in time. */
function within<Value>(ms: number, promise: Promise<Value>): Promise<Value | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), ms)));
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

interface Outcome {
  /** In order of acceptance. */
  readonly missing: readonly string[];
  readonly problems: readonly string[];
  /** How many records the host said are damaged or lost, those that became dead letters for that included. */
  readonly counted: number;
  /** It named the damaged file that it moved aside. */
  readonly namesDamaged: boolean;
}

/** Starts a host on what is damaged: what can be read is delivered as it was, and it goes on. */
async function startDamaged(sent: ReadonlyMap<string, Order>, notes: string): Promise<Outcome> {
  const child = new HostChild({ config: configuration(notes) });
  try {
    await child.ready;
  } catch (error) {
    const problems = [`it did not start: ${(error as Error).message}`];
    return { missing: [], counted: 0, problems, namesDamaged: false };
  }
  const fresh = order('fresh', { after: 'the damage' });
  const [answer] = await child.dispatch([fresh]);
  const isEmpty = await child.call<boolean>('drain', { waitForRetries: true, timeoutMs: 60_000 });
  const letters = await allDeadLetters(child);
  await child.close();

  const arrived = new Map(readSink(notes).deliveries.map((delivery) => [envelopeIdOf(delivery), delivery.json]));
  const isTaken = answer?.kind === 'accepted' && arrived.has('fresh');
  const problems = isTaken ? [] : [`nothing new is delivered: ${JSON.stringify(answer)}`];
  if (!isEmpty) problems.push(`something waits for ever: ${JSON.stringify(child.logs.at(-1))}`);
  for (const [id, json] of arrived) {
    const { event, profile } = id === 'fresh' ? fresh : (sent.get(id) ?? {});
    if (json !== JSON.stringify({ event, profile })) problems.push(`${id} is altered: ${json}`);
  }
  const missing = [...sent.keys()].filter((id) => !arrived.has(id));
  const records = child.logs.reduce((sum, { fields }) => sum + Number(fields?.['records'] ?? 0), 0);
  const namesDamaged = child.logs.some(({ text }) => text.includes('.damaged-'));
  return { missing, counted: letters.length + records, problems, namesDamaged };
}

function configuration(notes: string): string {
  return folder.configure([{ id: 'sink', package: 'batch-sink', init: { file: notes }, delivery: persistent }]);
}
