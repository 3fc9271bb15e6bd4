import { readConfiguration } from '../../src/configuration/read-configuration';

describe('intakes and outboxes of plugins', () => {
  const issuesIn = async (config: object): Promise<readonly (readonly string[])[]> => {
    const { issues } = await readConfiguration({ config: { version: 1, ...config } });
    return issues.map(({ code, path, message }) => [code, path, message]);
  };

  test('are filled in', async () => {
    const { configuration } = await readConfiguration({
      config: {
        version: 1,
        outbox: { type: 'plugin', package: 'p#outbox', resource: { id: 'r' }, dedupeWindow: '1h' },
        intakes: [{ type: 'plugin', package: 'p#intake' }],
      },
    });
    const resource = { id: 'r' };
    expect(configuration).toMatchObject({
      outbox: { type: 'plugin', package: 'p#outbox', resource, init: {}, dedupeWindowMs: 3_600_000 },
      intakes: [{ id: 'p#intake', package: 'p#intake', init: {}, enabled: true }],
    });
  });

  test('need a name each', async () => {
    const plugin = { type: 'plugin', package: 'p' };
    const message = 'intakes[1].id: the intake p is there already, as intakes[0]. Give each its own id.';
    expect(await issuesIn({ intakes: [plugin, plugin] })).toEqual([['ID_REPEATED', '/intakes/1/id', message]]);
  });

  test('need a package', async () => {
    expect(await issuesIn({ outbox: { type: 'plugin' } })).toEqual([
      ['OUTBOX_PACKAGE_MISSING', '/outbox', expect.stringContaining('outbox.package: is missing')],
    ]);
    expect(await issuesIn({ intakes: [{ type: 'plugin' }] })).toEqual([
      ['SCHEMA', '/intakes/0/package', expect.stringContaining('intakes[0].package: is missing')],
    ]);
  });

  test('have no settings of another type', async () => {
    expect(await issuesIn({ outbox: { type: 'plugin', package: 'p', path: 'a.db' } })).toEqual([
      ['OUTBOX_SETTING_MISPLACED', '/outbox/path', expect.stringContaining('is for type: sqlite')],
    ]);
    expect(await issuesIn({ outbox: { type: 'sqlite', package: 'p', init: {} } })).toMatchObject([
      ['OUTBOX_SETTING_MISPLACED', '/outbox/package', expect.stringContaining('is for type: plugin')],
      ['OUTBOX_SETTING_MISPLACED', '/outbox/init', expect.anything()],
    ]);
  });
});
