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
      const { missing, problems, isTold } = await startDamaged(sent, folder.file(`notes-${round}`));
      counts.push(missing.length);
      // What a torn log lacks at its end can't be told from what never was.
      const last = [...sent.keys()].slice(sent.size - missing.length);
      const isTornOff = damaged.endsWith('-wal') && missing.every((id) => last.includes(id));
      const isFair = missing.length === 0 || isTold || isTornOff;
      expect({ seed, round, problems, missing: isFair ? [] : missing }).toEqual({
        seed,
        round,
        problems: [],
        missing: [],
      });
    }
    // A new, empty outbox would do for all of the above.
    if (damage !== tear && damaged === 'outbox.db') {
      expect(counts.filter((count) => count < sent.size / 2)).not.toEqual([]);
    }
    console.log(`Of ${sent.size} are missing: ${counts.join(', ')}. DEST_DAMAGE_SEED=${seed} repeats it.`);
  },
  600_000,
);

/** Leaves an outbox in which all wait; in its log only, where that is asked for. */
async function keepSome(envelopes: readonly Order[], inLog: boolean): Promise<void> {
  const child = new HostChild({ config: configuration(folder.file('none')), deliver: false });
  await child.ready;
  for (let n = 0; n < envelopes.length; n += 10) await child.dispatch(envelopes.slice(n, n + 10));
  if (inLog) await child.kill();
  else await child.close();
}

interface Outcome {
  /** In order of acceptance. */
  readonly missing: readonly string[];
  readonly problems: readonly string[];
  /** Whether the host said that something is missing. */
  readonly isTold: boolean;
}

/** Starts a host on what is damaged: what can be read is delivered as it was, and it goes on. */
async function startDamaged(sent: ReadonlyMap<string, Order>, notes: string): Promise<Outcome> {
  const child = new HostChild({ config: configuration(notes) });
  try {
    await child.ready;
  } catch (error) {
    return { missing: [], problems: [`it did not start: ${(error as Error).message}`], isTold: true };
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
  return { missing, problems, isTold: letters.length + child.logs.length > 0 };
}

function configuration(notes: string): string {
  return folder.configure([{ id: 'sink', package: 'batch-sink', init: { file: notes }, delivery: persistent }]);
}
