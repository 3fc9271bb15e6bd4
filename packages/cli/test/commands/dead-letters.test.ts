import { operated, type Operated } from '../support/operated';
import { openStdin, runDest, startRunDest } from '../support/run-dest';
import { until } from '../support/until';

const REFUSING = '  - { id: refusing, package: double, init: { refuse: true } }\n';
const BOTH = `${REFUSING}  - { id: other, package: double, init: { refuse: true } }\n`;

describe.each([
  ['by a host that runs', true],
  ['where no host runs', false],
])('dest dead-letters %s', (_where, isRunning) => {
  let own: Operated;
  beforeEach(() => (own = operated()));
  afterEach(() => own.end());

  /** Dead letters of these events, and then a host, or none. */
  const withDeadLetters = async (destinations: string, amount: number): Promise<void> => {
    own.configure(destinations);
    await own.send(0, amount);
    if (isRunning) await own.startHost();
  };
  const ids = async (...words: string[]): Promise<string[]> => {
    const { stdout } = await own.dest('dead-letters', 'list', '--json', ...words);
    return JSON.parse(stdout).deadLetters.map(({ id }: { id: string }) => id);
  };
  const left = async (): Promise<number> => {
    const { stdout } = await own.dest('dead-letters', 'list', '--limit', '1', '--json');
    return JSON.parse(stdout).count;
  };

  it('lists them, the oldest first, and counts all', async () => {
    await withDeadLetters(REFUSING, 5);
    const { exitCode, stdout, stderr } = await own.dest('dead-letters', 'list', '--limit', '3');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const [head, ...rows] = stdout.trimEnd().split('\n');
    expect(head).toMatch(/^id +failed at +destination +code +message +tries$/);
    expect(rows[0]).toMatch(
      /^\S+ +20\d\d-\d\d-\d\d \d\d:\d\d:\d\dZ +refusing +DOUBLE_REFUSES +the other side refuses it +1$/,
    );
    expect(rows.slice(3)).toEqual(['', '3 of 5 dead letters, the oldest first; --limit shows more.']);
    const json = await own.dest('dead-letters', 'list', '--json');
    const { count, deadLetters } = JSON.parse(json.stdout);
    expect(count).toBe(5);
    expect(deadLetters.map(({ envelopeId }: { envelopeId: string }) => envelopeId)).toEqual([
      'e0',
      'e1',
      'e2',
      'e3',
      'e4',
    ]);
  });

  it('lists as many as are asked for', async () => {
    await withDeadLetters(REFUSING, 250);
    const all = await ids('--limit', '1000');
    expect(new Set(all).size).toBe(250);
    expect(await ids('--limit', '230')).toEqual(all.slice(0, 230));
  });

  it('chooses by destination, code, time and id', async () => {
    await withDeadLetters(BOTH, 2);
    const [first] = await ids();
    expect(await ids('--destination', 'other')).toHaveLength(2);
    expect(await ids('--code', 'DOUBLE_REFUSES')).toHaveLength(4);
    expect(await ids('--code', 'ANOTHER')).toEqual([]);
    expect(await ids('--since', '1h')).toHaveLength(4);
    expect(await ids('--before', '1h')).toEqual([]);
    expect(await ids('--since', '2020-01-01', '--before', '2020-01-02')).toEqual([]);
    expect(await ids('--id', first as string, '--id', 'none')).toEqual([first]);
    expect(await ids('--id', first as string, '--destination', 'other')).toEqual([]);
    const none = await own.dest('dead-letters', 'list', '--code', 'ANOTHER');
    expect(none).toMatchObject({ exitCode: 0, stdout: '0 dead letters.\n' });
    expect(JSON.parse((await own.dest('dead-letters', 'list', '--code', 'ANOTHER', '--json')).stdout)).toEqual({
      count: 0,
      deadLetters: [],
    });
  });

  it('shows everything about one', async () => {
    await withDeadLetters(REFUSING, 1);
    const [id] = (await ids()) as [string];
    const { exitCode, stdout } = await own.dest('dead-letters', 'show', id);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      new RegExp(`^dead letter ${id}\ndestination +refusing \\(double, generation 1, production\\)\n`),
    );
    expect(stdout).toMatch(/\nenvelope +e0, an event, accepted 20/);
    expect(stdout).toMatch(
      /\nfailed +20.* after 1 try\nfailure +DOUBLE_REFUSES the other side refuses it \(permanent, item\)\n/,
    );
    expect(stdout).toMatch(/\nfailed tries\n {2}20\S+ \S+Z DOUBLE_REFUSES the other side refuses it\n/);
    expect(stdout).toContain('{ "event": { "id": "e0", "type": "seen" }, "profile": { "id": "p0" } }');
    const json = await own.dest('dead-letters', 'show', id, '--json');
    expect(JSON.parse(json.stdout)).toMatchObject({ id, envelope: { event: { id: 'e0' } } });
  });

  it('delivers again what is chosen, by the configuration of today', async () => {
    await withDeadLetters(BOTH, 3);
    const path = own.workspace.path('again');
    own.configure(
      `  - { id: refusing, package: double, init: { path: ${path} }, mapping: { mended: event@id } }\n${BOTH.split('\n')[1]}\n`,
    );
    if (isRunning) await own.dest('reload');
    const { exitCode, stdout } = await own.dest('dead-letters', 'replay', '--destination', 'refusing');
    expect(exitCode).toBe(0);
    const when = isRunning ? 'behind what is new' : 'by the next dest run';
    expect(stdout).toBe(`✔ 3 dead letters to be delivered again, ${when}.\n`);
    if (!isRunning) {
      expect(own.workspace.exists('again')).toBe(false);
      await own.startHost();
    }
    await until(() => own.workspace.exists('again') && own.workspace.read('again').split('\n').length > 3);
    expect(
      own.workspace
        .lines('again')
        .map((data) => (data as { mended: string }).mended)
        .sort(),
    ).toEqual(['e0', 'e1', 'e2']);
    expect(await left()).toBe(3);
  });

  it('says which stay, since nobody is there for them, and ends with 1', async () => {
    await withDeadLetters(BOTH, 2);
    own.configure(REFUSING);
    if (isRunning) await own.dest('reload');
    const { exitCode, stdout } = await own.dest('dead-letters', 'replay', '--destination', 'other');
    expect(exitCode).toBe(1);
    expect(stdout).toContain('No dead letter is delivered again.');
    expect(stdout).toContain('2 dead letters stay as they are: no destination that is configured has their id');
    const json = await own.dest('dead-letters', 'replay', '--destination', 'other', '--json');
    expect(JSON.parse(json.stdout)).toEqual({ replayed: 0, unfitting: 2, running: isRunning });
  });

  it('drops what is chosen', async () => {
    await withDeadLetters(BOTH, 3);
    const [first, second] = (await ids()) as [string, string];
    expect(await own.dest('dead-letters', 'drop', first, '--id', second, '--yes')).toMatchObject({
      exitCode: 0,
      stdout: '2 dead letters dropped.\n',
    });
    expect(await left()).toBe(4);
    const { stdout } = await own.dest('dead-letters', 'drop', '--all', '--yes', '--json');
    expect(JSON.parse(stdout)).toEqual({ dropped: 4 });
    expect(await left()).toBe(0);
    expect(await own.dest('dead-letters', 'drop', '--all', '--yes')).toMatchObject({ exitCode: 0 });
  });

  it.each([
    ['y\n', 0, 2],
    ['YES\n', 0, 2],
    ['n\n', 1, 4],
    ['\n', 1, 4],
    ['', 1, 4],
    ['yesterday\n', 1, 4],
  ])('asks on a terminal before it drops: %j', async (answer, expected, rest) => {
    await withDeadLetters(BOTH, 2);
    const words = ['dead-letters', 'drop', '--destination', 'other', '-c', own.workspace.path('dest.yaml')];
    const { exitCode, stderr } = await runDest(words, { stdin: answer, terminals: ['stdin'] });
    expect(exitCode).toBe(expected);
    expect(stderr).toContain('Drop 2 dead letters for good? [y/N]');
    expect(await left()).toBe(rest);
  });

  it('drops no more than it asked about', async () => {
    if (!isRunning) return;
    await withDeadLetters(REFUSING, 2);
    const stdin = openStdin();
    const words = ['dead-letters', 'drop', '--all', '-c', own.workspace.path('dest.yaml')];
    const dropping = startRunDest(words, { stdin, terminals: ['stdin'] });
    await dropping.wrote('Drop 2 dead letters for good?');
    // So that what fails next does so in a later millisecond.
    await new Promise((resolve) => setTimeout(resolve, 5));
    own.feed(2, 5);
    await until(async () => (await left()) === 5);
    stdin.end('y\n');
    expect(await dropping.ended).toMatchObject({ exitCode: 0, stdout: '2 dead letters dropped.\n' });
    expect(await left()).toBe(3);
  });

  it('drops nothing where nobody can be asked and nobody said yes', async () => {
    await withDeadLetters(REFUSING, 1);
    const { exitCode, stderr } = await own.dest('dead-letters', 'drop', '--all');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('CONFIRMATION_MISSING Drop 1 dead letter for good?');
    expect(await left()).toBe(1);
  });

  it.each([['show'], ['replay'], ['drop', '--yes']])(
    'ends with 2 where there is none of that id: %s',
    async (...words) => {
      await withDeadLetters(REFUSING, 1);
      const { exitCode, stdout, stderr } = await own.dest('dead-letters', ...words, 'nonesuch');
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
      expect(stderr).toContain('DEAD_LETTER_UNKNOWN There is no dead letter nonesuch');
    },
  );

  it.each([
    [['drop', '--yes'], '1 dead letter dropped.\n', { dropped: 1 }],
    [['replay'], '✔ 1 dead letter to be delivered again, ', { replayed: 1, unfitting: 0, running: isRunning }],
  ])('names the ids of which there are none, and ends with 1: %j', async (words, text, json) => {
    await withDeadLetters(BOTH, 2);
    const [first, second, third] = (await ids('--destination', 'refusing')).concat(await ids('--destination', 'other'));
    const { exitCode, stdout } = await own.dest('dead-letters', ...words, 'nonesuch', first!, '999');
    expect(exitCode).toBe(1);
    expect(stdout).toContain(text);
    expect(stdout).toContain('\n– There is no dead letter nonesuch, 999 that fits.\n');
    // One of another destination doesn't fit, either.
    const chosen = ['--destination', 'refusing', '--json', second!, third!];
    const other = await own.dest('dead-letters', ...words, ...chosen);
    expect(other.exitCode).toBe(1);
    expect(JSON.parse(other.stdout)).toEqual({ ...json, unknown: [third] });
  });

  it('has nothing in what it prints that a terminal obeys', async () => {
    const double = own.workspace.read('double.cjs');
    own.workspace.write(
      'double.cjs',
      double.replace("'the other side refuses it'", "'\\u001b[2J\\u202egone\\r\\nand more'"),
    );
    await withDeadLetters(REFUSING, 1);
    const [id] = (await ids()) as [string];
    const { stdout } = await own.dest('dead-letters', 'list');
    expect(stdout).toContain('[2J gone and more');
    const shown = await own.dest('dead-letters', 'show', id);
    expect(shown.stdout).toContain('[2J gone \n             and more');
    // eslint-disable-next-line no-control-regex
    expect(stdout + shown.stdout).not.toMatch(/[\u001b\r\u202e]/);
  });
});

describe('dest dead-letters without anything to look into', () => {
  let own: Operated;
  beforeEach(() => (own = operated()));
  afterEach(() => own.end());

  it('says that memory ends with the process, and ends with 3', async () => {
    own.configure(REFUSING, 'outbox: { type: memory }\n');
    const { exitCode, stdout, stderr } = await own.dest('dead-letters', 'list');
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
    expect(stderr).toContain('HOST_NOT_RUNNING No host runs by');
    expect(stderr).toContain('its outbox is memory');
    await own.startHost();
    expect(await own.dest('dead-letters', 'list')).toMatchObject({ exitCode: 0, stdout: '0 dead letters.\n' });
  });

  it('ends with 2 where the configuration can’t be used and no host runs', async () => {
    own.configure('  - { id: broken }\n');
    const { exitCode, stderr } = await own.dest('dead-letters', 'list');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('dest.yaml:4:5 SCHEMA');
  });

  it('reaches a host that runs although its configuration was broken since', async () => {
    own.configure(REFUSING);
    await own.startHost();
    own.configure('  - { id: broken }\n');
    expect(await own.dest('dead-letters', 'list')).toMatchObject({ exitCode: 0, stdout: '0 dead letters.\n' });
  });

  it('says where the host that answers runs by another configuration', async () => {
    own.configure(REFUSING);
    await own.startHost();
    own.workspace.write('other.yaml', own.workspace.read('dest.yaml'));
    const { exitCode, stderr } = await runDest(['dead-letters', 'list', '-c', own.workspace.path('other.yaml')]);
    expect(exitCode).toBe(0);
    expect(stderr).toContain(`runs by ${own.workspace.path('dest.yaml')}, not by ${own.workspace.path('other.yaml')}.`);
  });

  it.each([
    ['forget', 'p0'],
    ['dead-letters', 'drop', '--all', '--yes'],
    ['dead-letters', 'replay', '--all'],
    ['lanes', 'move', 'gone/double/1/production', '--to', 'refusing'],
    ['lanes', 'drop', 'gone/double/1/production', '--yes'],
    ['lanes', 'resume', 'refusing'],
    ['reload'],
  ])('changes nothing of a host that runs by another configuration: %s %s', async (...words) => {
    own.configure(`${REFUSING}  - { id: gone, package: double, init: { open: unbound } }\n`);
    await own.send(0, 1);
    own.configure(REFUSING);
    await own.startHost();
    const other = own.workspace.write('other.yaml', own.workspace.read('dest.yaml'));
    const { exitCode, stdout, stderr } = await runDest([...words, '-c', other]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
    expect(stderr).toContain(`HOST_FOREIGN The host that answers (process ${process.pid}) runs by`);
    const json = await runDest([...words, '-c', other, '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({ error: { code: 'HOST_FOREIGN' } });
    expect((await own.dest('dead-letters', 'list')).stdout).toContain('1 dead letter.');
    expect((await own.dest('lanes')).stdout).toMatch(/orphaned +1 /);
  });

  it('says who may have the outbox where no host answers for it', async () => {
    own.configure(REFUSING);
    own.workspace.write('elsewhere.yaml', `control: { path: elsewhere.sock }\n${own.workspace.read('dest.yaml')}`);
    await own.startHost();
    const { exitCode, stderr } = await runDest(['dead-letters', 'list', '-c', own.workspace.path('elsewhere.yaml')]);
    expect(exitCode).toBe(3);
    expect(stderr).toContain('OUTBOX_LOCKED The outbox file');
    expect(stderr).toContain('No host answers for it');
    expect(stderr).not.toContain('TMPDIR');
    const long = `elsewhere/${'x'.repeat(110)}.sock`;
    own.workspace.write('elsewhere.yaml', `control: { path: ${long} }\n${own.workspace.read('dest.yaml')}`);
    const hinted = await runDest(['dead-letters', 'list', '-c', own.workspace.path('elsewhere.yaml')]);
    expect(hinted.exitCode).toBe(3);
    expect(hinted.stderr).toContain('TMPDIR has to be the same here and there.');
  });
});
