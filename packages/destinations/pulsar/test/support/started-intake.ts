import {
  DestinationRegistry,
  failureOf,
  noopLogger,
  type Accept,
  type IntakeInterface,
  type IntakeMessage,
} from '@dest/core';
import { PulsarIntake } from '@dest/pulsar';

/** An intake, and what it does. */
export interface StartedIntake {
  readonly intake: IntakeInterface;
  /** What was handed in and taken, in order. */
  readonly accepted: IntakeMessage[];
  /** The codes of what was reported, `fine` for none. */
  readonly reports: string[];
}

export interface IntakeFixture {
  readonly host: string;
  readonly init?: object;
  /**
   * Called for each message before it counts as accepted: throw, take time, or return destinations whose lane is full, so
   * that it counts later.
   */
  readonly accept?: (message: IntakeMessage) => Promise<void | readonly string[]> | void | readonly string[];
}

const intakes: IntakeInterface[] = [];

afterEach(async () => {
  await Promise.all(intakes.splice(0).map((intake) => intake.close()));
});

/** Not started yet; closed after the test. */
export function createIntake({ host, init = {} }: IntakeFixture): IntakeInterface {
  const registry = new DestinationRegistry({ from: __dirname });
  registry.register(PulsarIntake);
  const intake = registry.createIntake({
    debug: false,
    resource: {
      id: 'cluster',
      name: '',
      description: '',
      tags: [],
      enabled: true,
      version: '',
      credentials: { production: { host } },
    },
    intake: {
      id: 'events',
      package: '@dest/pulsar#intake',
      resource: { id: 'cluster' },
      enabled: true,
      init: { topic: 'events', subscription: 'dest', ...init },
    },
  });
  intakes.push(intake);
  return intake;
}

export async function startedIntake(fixture: IntakeFixture): Promise<StartedIntake> {
  const accepted: IntakeMessage[] = [];
  const reports: string[] = [];
  const accept: Accept = async (message) => {
    const owed = (await fixture.accept?.(message)) ?? [];
    if (owed.length === 0) accepted.push(message);
    return { id: message.fallbackId ?? '', duplicate: false, owed };
  };
  const intake = createIntake(fixture);
  await intake.start(accept, {
    signal: new AbortController().signal,
    logger: noopLogger,
    now: () => Date.now(),
    report: (problem) => reports.push(problem === undefined ? 'fine' : failureOf(problem).code),
  });
  return { intake, accepted, reports };
}
