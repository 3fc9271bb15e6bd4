import { startHost } from '@dest/host';
import { attributedTo, runAttributed } from '../../src/containment/attribution';
import { recordingDestination } from '../support/recording-destination';
import { startedHost } from '../support/started-host';
import { runFixture } from './support/run-fixture';

describe('a host that was asked to contain faults', () => {
  it('attributes every call, and its own work to nobody; afterwards the process is as it was', async () => {
    const { exitCode, stdout, stderr } = await runFixture('contained-host');
    const lines = stdout.trimEnd().split('\n');
    const fault = (what: string): string => `fault steps steps ${what}`;
    const rest = ". What it was doing may not be done; report it to the plugin's author.";
    expect(lines.filter((line) => !line.startsWith('fault'))).toEqual([
      'constructor steps',
      'open steps',
      'logs steps',
      'dispatches steps',
      'dispatched steps',
      'fails steps',
      'listens steps',
      'close steps',
      'constructor steps',
      'open steps',
      'listens steps',
      'logged by nobody settled by nobody',
      'close steps',
      'closed',
    ]);
    expect(lines.filter((line) => line.startsWith('fault')).toSorted()).toEqual(
      [
        fault(`of open${rest}`),
        fault(`of open${rest}`),
        fault('The envelope is not valid'),
        fault(`undefined${rest}`),
        fault(`of a listener${rest}`),
        fault(`nobody awaits it${rest}`),
        fault(`the fault${rest}`),
        fault(`the fault${rest}`),
      ].toSorted(),
    );
    expect(exitCode).toBe(1);
    expect(stderr).toContain('Error: of the application\n    at Timeout');
  });

  it('leaves nothing behind where it can not start', async () => {
    await expect(startHost({ config: { version: 2 }, from: __dirname, containFaults: true })).rejects.toMatchObject({
      code: 'CONFIGURATION_INVALID',
    });
    expect(runAttributed({ package: 'plugin' }, attributedTo)).toBeUndefined();
  });
});

test('a host that was not asked attributes nothing', async () => {
  const found: unknown[] = [];
  const recording = recordingDestination('plain', { dispatch: () => void found.push(attributedTo()) });
  const host = await startedHost(
    { destinations: [{ id: 'plain', package: 'plain' }] },
    { register: [recording.class] },
  );
  await host.dispatch({ event: { type: 'order' } });
  await host.drain();
  expect(found).toEqual([undefined]);
});
