import { operated, type Operated } from '../support/operated';

describe.each([
  ['by a host that runs', true],
  ['where no host runs', false],
])('dest forget %s', (_where, isRunning) => {
  let own: Operated;
  beforeEach(() => (own = operated()));
  afterEach(() => own.end());

  /** Two persons of which each has something waiting and a dead letter. */
  const withPersons = async (more: string): Promise<void> => {
    own.configure(
      `  - { id: refusing, package: double, init: { refuse: true } }\n  - { id: away, package: double, init: { open: unbound } }\n${more}`,
    );
    await own.send(0, 2);
    if (isRunning) await own.startHost();
  };

  it('erases a person, here and there, and says what it did', async () => {
    const path = own.workspace.path('erased');
    await withPersons(`  - { id: able, package: forgetting-double, init: { path: ${path} } }\n`);
    const { exitCode, stdout } = await own.dest('forget', 'p0');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('✔ outbox: 1 waiting delivery, 1 dead letter, 1 stored envelope removed\n');
    expect(stdout).toContain('– refusing: its type can’t erase anybody; ask the other side\n');
    expect(stdout).toContain('✔ able: forgotten\n');
    expect(own.workspace.lines('erased')).toContainEqual({ forgotten: 'p0' });
    const letters = JSON.parse((await own.dest('dead-letters', 'list', '--json')).stdout);
    expect(letters.deadLetters).toMatchObject([{ envelopeId: 'e1' }]);
    expect(JSON.parse((await own.dest('lanes', '--json')).stdout).lanes[1]).toMatchObject({ waiting: 1 });
  });

  it('ends with 1 where a destination fails, having done the rest', async () => {
    await withPersons('  - { id: unable, package: forgetting-double, init: { forgets: false } }\n');
    const { exitCode, stdout } = await own.dest('forget', 'p1', '--json');
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      profile: 'p1',
      deliveries: 1,
      deadLetters: 1,
      destinations: [
        { destination: 'refusing', outcome: 'unsupported' },
        { destination: 'away', outcome: 'unsupported' },
        { destination: 'unable', outcome: 'failed', failure: { code: 'DOUBLE_NOT_NOW' } },
      ],
    });
    const text = await own.dest('forget', 'p1');
    expect(text.stdout).toContain('✘ unable: DOUBLE_NOT_NOW not now');
  });

  it.each(['', ' \t'])('refuses an id that is none, and erases nothing: %j', async (id) => {
    await withPersons('');
    const { exitCode, stdout, stderr } = await own.dest('forget', id);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain('PROFILE_ID_MISSING The id of the person to forget is empty.');
    const json = await own.dest('forget', id, '--json');
    expect(json.exitCode).toBe(2);
    expect(JSON.parse(json.stdout)).toMatchObject({ error: { code: 'PROFILE_ID_MISSING' } });
  });
});
