import type { HostControl, LaneStatus } from '@dest/host';

/** A call that reached a host. */
export type Call = readonly [method: string, ...values: unknown[]];

export interface ScriptedHost {
  readonly control: HostControl;
  readonly calls: Call[];
}

export const LANE = { destination: 'orders', package: '@dest/file', debug: false, generation: 1 };

export const STATUS: LaneStatus = {
  destination: 'orders',
  lane: LANE,
  state: 'ready',
  breaker: 'closed',
  waiting: 3,
  inFlight: 1,
  bytes: 900,
  oldestAgeMs: 12,
};

/** A host that notes its calls, and answers as told: with a value, or by a function that may throw. */
export function scriptedHost(answers: Partial<Record<keyof HostControl, unknown>> = {}): ScriptedHost {
  const calls: Call[] = [];
  const control = new Proxy({} as HostControl, {
    get:
      (_target, name: string) =>
      async (...values: readonly unknown[]): Promise<unknown> => {
        calls.push([name, ...values]);
        const answer = answers[name as keyof HostControl];
        return typeof answer === 'function' ? ((await answer(...values)) as unknown) : answer;
      },
  });
  return { control, calls };
}
