import { RegisterDestination } from '@dest/core';
import {
  describeDestination,
  destinationCases,
  runConformance,
  type CaseResult,
  type DestinationKit,
  type FakeHttpServer,
} from '../../src/index';
import { ReferenceDestination, referenceOptions } from './support/reference-destination';
import { referenceKit } from './support/reference-kit';

RegisterDestination(referenceOptions)(ReferenceDestination);

const isQuick = ({ group }: { readonly group: string }): boolean => group === 'registration' || group === 'idempotency';

function named(results: readonly CaseResult[], name: string): CaseResult {
  const found = results.find((result) => result.name === name);
  if (found === undefined) throw new Error(`There is no case ${name}`);
  return found;
}

test('gives a result for each case, in order, and tells each as it comes', async () => {
  const told: string[] = [];
  const scorecard = await runConformance(ReferenceDestination, referenceKit, {
    concurrency: 4,
    only: isQuick,
    onResult: ({ name }) => told.push(name),
  });
  const cases = destinationCases.filter(isQuick);
  expect(scorecard).toMatchObject({ passed: cases.length, failed: 0, notSupported: 0 });
  expect(scorecard.results.map(({ name }) => name)).toEqual(cases.map(({ name }) => name));
  expect(told.toSorted()).toEqual(cases.map(({ name }) => name).toSorted());
  const [first] = scorecard.results;
  expect(first).toEqual({
    group: 'registration',
    name: 'it is registered under a name, with a title and a description',
    status: 'passed',
    message: '',
    durationMs: expect.any(Number) as number,
  });
});

test('tells what is not supported, with the reason', async () => {
  const { folder: _folder, ...kit } = referenceKit;
  const declaring: DestinationKit<FakeHttpServer> = { ...kit, cannot: { profiles: 'there are none' } };
  class EventsOnly extends ReferenceDestination {
    override async dispatchProfile(): Promise<void> {
      throw new Error('none');
    }
  }
  RegisterDestination({ ...referenceOptions, orderedBatches: false })(EventsOnly);
  const { results, notSupported } = await runConformance(EventsOnly, declaring, {
    only: ({ needs }) => needs.length > 0,
  });
  expect(notSupported).toBe(results.filter(({ status }) => status === 'not-supported').length);
  const messages = new Set(results.filter(({ status }) => status === 'not-supported').map(({ message }) => message));
  expect([...messages].toSorted()).toEqual([
    'manifest: its kit names no folder',
    'orderedBatches: its registration has no orderedBatches',
    'profiles: there are none',
  ]);
}, 60_000);

test('a fault that the other side does not have fails its case, unless it is declared', async () => {
  const start = async () => {
    const server = await referenceKit.start('');
    return { port: server.port, stop: () => server.stop() };
  };
  const kit: DestinationKit = {
    start,
    received: () => [],
    credentials: ({ origin, secret }) => ({ url: origin, token: secret }),
  };
  const name = 'a rate limit hands on how long to wait';
  const only = (candidate: { readonly name: string }): boolean => candidate.name === name;
  const failed = named((await runConformance(ReferenceDestination, kit, { only })).results, name);
  expect(failed.status).toBe('failed');
  expect(failed.message).toContain("faults.limitRate; or the kit declares cannot: { rateLimits: 'the reason' }");
  const declared = { ...kit, cannot: { rateLimits: 'never' } };
  expect(named((await runConformance(ReferenceDestination, declared, { only })).results, name)).toMatchObject({
    status: 'not-supported',
    message: 'rateLimits: never',
  });
});

test('a class that a registry refuses fails its cases, and says why', async () => {
  class Unregistered extends ReferenceDestination {}
  const { failed, results } = await runConformance(Unregistered, referenceKit, {
    only: ({ group }) => group === 'idempotency',
  });
  expect(failed).toBe(4);
  expect(results[0]?.message).toContain('Unregistered is not registered');
});

describe('describeDestination', () => {
  /** Registers the cases of a kit with a test runner that only listens. */
  function registered(kit: DestinationKit<FakeHttpServer>): readonly string[] {
    const runner = globalThis as unknown as { describe: unknown; test: unknown };
    const real = { describe: runner.describe, test: runner.test };
    const names: string[] = [];
    runner.describe = (name: string, body: () => void): void => {
      names.push(name);
      body();
    };
    runner.test = (name: string): unknown => names.push(name);
    try {
      describeDestination(ReferenceDestination, kit);
    } finally {
      Object.assign(runner, real);
    }
    return names;
  }

  test('makes a test of each case, by groups', () => {
    const names = registered(referenceKit);
    expect(names.slice(0, 3)).toEqual([
      'ReferenceDestination keeps to the contract',
      'registration',
      'it is registered under a name, with a title and a description',
    ]);
    for (const { name } of destinationCases) expect(names).toContain(name);
  });

  test('leaves out what is declared', () => {
    const names = registered({ ...referenceKit, cannot: { check: 'none', network: 'none' } });
    expect(names).not.toContain('a rate limit hands on how long to wait');
    expect(names).not.toContain('recovery');
  });
});

test('a kit that fails half-way fails its cases, and leaves nothing running', async () => {
  let stopped = 0;
  const kit: DestinationKit = {
    start: async () => {
      const server = await referenceKit.start('');
      return {
        port: server.port,
        stop: async () => {
          stopped++;
          await server.stop();
        },
      };
    },
    received: () => [],
    credentials: () => {
      throw new Error('no credentials today');
    },
  };
  const { failed, results } = await runConformance(ReferenceDestination, kit, {
    only: ({ group }) => group === 'idempotency',
  });
  expect([failed, stopped]).toEqual([4, 4]);
  expect(results[0]?.message).toBe('no credentials today');
});
