import type { Accept, Intake } from '@dest/core';
import { recordingDestination } from '../support/recording-destination';
import { startedHost } from '../support/started-host';

/** Hands in what it is told to. */
class ManualIntake implements Intake {
  accept: Accept = () => Promise.reject(new Error('not started'));
  readonly log: string[] = [];

  async start(accept: Accept): Promise<void> {
    this.log.push('start');
    this.accept = accept;
  }

  async close(): Promise<void> {
    this.log.push('close');
  }
}

test('what an intake hands in is delivered, and the host closes it', async () => {
  const target = recordingDestination('target');
  const host = await startedHost(
    { destinations: [{ id: 'd', package: 'target', source: 'queue', mapping: 'event@n' }] },
    { register: [target.class] },
  );
  const intake = new ManualIntake();
  await host.startIntake(intake);
  const message = { envelope: { event: { type: 'a', n: 1 } }, fallbackId: 'queue:1', source: 'queue' };
  expect(await intake.accept(message)).toMatchObject({ id: 'queue:1', duplicate: false });
  expect(await intake.accept(message)).toMatchObject({ id: 'queue:1', duplicate: true });
  await expect(intake.accept({ envelope: { event: {} } })).rejects.toMatchObject({ code: 'ENVELOPE_INVALID' });
  await host.drain();
  await host.close();
  expect(target.delivered).toEqual([1]);
  expect(intake.log).toEqual(['start', 'close']);
  await expect(intake.accept(message)).rejects.toMatchObject({ code: 'HOST_CLOSED' });
});

test('an intake that can not be closed does not keep the host from closing', async () => {
  const host = await startedHost({ shutdownMs: 20, destinations: [] });
  const intake = new ManualIntake();
  intake.close = () => new Promise(() => undefined);
  await host.startIntake(intake);
  await host.close();
  await expect(host.dispatch({ event: { type: 'a' } })).rejects.toMatchObject({ code: 'HOST_CLOSED' });
});
