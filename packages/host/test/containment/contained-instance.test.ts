import {
  DestinationInterface,
  systemClock,
  TransientError,
  type DispatchContext,
  type LifecycleContext,
} from '@dest/core';
import { abortAttributed } from '../../src/containment/attributed-abort';
import { attributedTo, keepAttribution } from '../../src/containment/attribution';
import { containedInstance, createContained } from '../../src/containment/contained-instance';
import type { Owner } from '../../src/containment/plugin-fault';
import { withDeadline } from '../../src/delivery/with-deadline';

const owner: Owner = { package: 'plugin', destination: 'orders' };
const destination = { id: 'orders' } as never;
const context = {} as DispatchContext & LifecycleContext;

/** Does in `dispatchEvent` and `close` what it is given. */
class Given extends DestinationInterface {
  readonly #does: () => unknown;
  constructor(does: () => unknown = () => undefined) {
    super(false, {} as never, destination);
    this.#does = does;
  }
  dispatchEvent(): Promise<void> {
    return this.#does() as Promise<void>;
  }
  async dispatchProfile(): Promise<void> {
    // Not called.
  }
  override close(): Promise<void> {
    return this.#does() as Promise<void>;
  }
}

const dispatch = (does: () => unknown): Promise<void> =>
  containedInstance(new Given(does), owner).dispatchEvent({}, undefined, undefined, {} as never, context);

let stop: () => void;
beforeEach(() => (stop = keepAttribution()));
afterEach(() => stop());

describe('a contained instance', () => {
  it('has the methods of the instance, and no others', () => {
    expect(Object.keys(containedInstance(new Given(), owner))).toEqual(['dispatchProfile', 'dispatchEvent', 'close']);
  });

  it('hands arguments and results on, and calls methods on the instance itself', async () => {
    const calls: unknown[] = [];
    class Full extends Given {
      override async open(...given: unknown[]): Promise<void> {
        calls.push(['open', this, ...given]);
      }
      override async check(...given: unknown[]): Promise<{ ok: boolean }> {
        calls.push(['check', this, ...given]);
        return { ok: true };
      }
      override async dispatchBatch(...given: unknown[]): Promise<never> {
        calls.push(['dispatchBatch', this, ...given]);
        return [{ ok: true }] as never;
      }
      override async forgetProfile(...given: unknown[]): Promise<void> {
        calls.push(['forgetProfile', this, ...given]);
      }
      override async dispatchProfile(...given: unknown[]): Promise<void> {
        calls.push(['dispatchProfile', this, ...given]);
      }
    }
    const instance = new Full();
    const contained = containedInstance(instance, owner);
    await contained.open!(context);
    expect(await contained.check!(context)).toEqual({ ok: true });
    expect(await contained.dispatchBatch!([], context)).toEqual([{ ok: true }]);
    await contained.forgetProfile!('p1', context);
    await contained.dispatchProfile({ a: 1 }, { id: 'p1' }, undefined, context);
    expect(calls).toEqual([
      ['open', instance, context],
      ['check', instance, context],
      ['dispatchBatch', instance, [], context],
      ['forgetProfile', instance, 'p1', context],
      ['dispatchProfile', instance, { a: 1 }, { id: 'p1' }, undefined, context],
    ]);
  });

  it('attributes its constructor and every call', async () => {
    const found: (Owner | undefined)[] = [];
    const note = async (): Promise<void> => void found.push(attributedTo());
    const contained = createContained(owner, () => {
      found.push(attributedTo());
      return Object.assign(new Given(note), {
        open: note,
        check: note,
        dispatchBatch: note,
        dispatchProfile: note,
        forgetProfile: note,
      });
    });
    for (const call of Object.values(contained) as (() => Promise<void>)[]) await call();
    expect(found).toEqual(Array.from({ length: 8 }, () => owner));
    expect(attributedTo()).toBeUndefined();
  });

  it('hands on what its constructor throws', () => {
    const fail = (): never => {
      throw new Error('no instance');
    };
    expect(() => createContained(owner, fail)).toThrow('no instance');
  });

  it('attributes the then of a foreign promise, which runs later', async () => {
    const found: (Owner | undefined)[] = [];
    const foreign = {
      then(resolve: () => void) {
        found.push(attributedTo());
        setTimeout(() => {
          found.push(attributedTo());
          resolve();
        }, 1);
      },
    };
    await dispatch(() => foreign);
    // One of the platform may have a then of its own too.
    await dispatch(() => Object.assign(Promise.resolve(), foreign));
    expect(found).toEqual([owner, owner, owner, owner]);
  });
});

describe('a signal that a call is handed', () => {
  const found: (Owner | undefined)[] = [];
  const listen = async (...given: unknown[]): Promise<void> => {
    const { signal } = given.at(-1) as { signal: AbortSignal };
    signal.addEventListener('abort', () => found.push(attributedTo()));
  };
  beforeEach(() => found.splice(0));

  it('is aborted as the plugin’s: its listeners are', async () => {
    const methods = ['open', 'check', 'dispatchProfile', 'dispatchEvent', 'dispatchBatch', 'forgetProfile'];
    const contained = containedInstance(Object.fromEntries(methods.map((name) => [name, listen])) as never, owner);
    for (const [index, call] of Object.values(contained).entries()) {
      const controller = new AbortController();
      const given = Array.from({ length: index }, () => undefined);
      await (call as typeof listen)(...given, { signal: controller.signal });
      abortAttributed(controller, new Error('too late'));
      expect(controller.signal.reason).toEqual(new Error('too late'));
    }
    expect(found).toEqual(methods.map(() => owner));
    expect(attributedTo()).toBeUndefined();
  });

  it('is aborted as anybody else’s where no plugin has it', () => {
    const controller = new AbortController();
    void listen({ signal: controller.signal });
    abortAttributed(controller, 'why');
    expect(found).toEqual([undefined]);
    expect(controller.signal.reason).toBe('why');
  });

  it('may be missing', async () => {
    const contained = containedInstance({ open: async () => undefined } as never, owner);
    for (const given of [[], [null], [{ signal: 1 }]]) {
      await expect((contained.open as (...values: unknown[]) => Promise<void>)(...given)).resolves.toBeUndefined();
    }
  });
});

describe('a result', () => {
  const late = <Value>(value: Value): Promise<Value> => new Promise((resolve) => setTimeout(resolve, 1, value));
  const rejected = new TransientError('not now');

  it.each<[string, () => unknown, unknown]>([
    ['thrown before there is a promise', () => { throw rejected; }, rejected], // prettier-ignore
    [
      'of another kind, that rejects',
      () => ({ then: (_: unknown, reject: (error: Error) => void) => reject(rejected) }),
      rejected,
    ],
    ['of another kind, whose then throws', () => ({ then: () => { throw rejected; } }), rejected], // prettier-ignore
    ['of another kind, whose then is a getter that throws', () => ({ get then() { throw rejected; } }), rejected], // prettier-ignore
  ])('%s is a rejection', async (_what, does, expected) => {
    await expect(dispatch(does)).rejects.toBe(expected);
  });

  it.each<[string, (resolve: (value?: unknown) => void, reject: (error: Error) => void) => void]>([
    ['and then rejects', (resolve, reject) => { resolve(); reject(rejected); }], // prettier-ignore
    ['and then again', (resolve) => { resolve(); resolve(late(1)); }], // prettier-ignore
    ['and then throws', (resolve) => { resolve(); throw rejected; }], // prettier-ignore
    ['and rejects later', (resolve, reject) => { resolve(); setTimeout(reject, 1, rejected); }], // prettier-ignore
  ])('that settles once %s has settled once', async (_what, then) => {
    await expect(dispatch(() => ({ then }))).resolves.toBeUndefined();
    await late(undefined);
  });

  it('that is no promise is one', async () => {
    await expect(dispatch(() => undefined)).resolves.toBeUndefined();
  });

  it.each(['resolves', 'rejects'])('that comes after the deadline, and %s, changes nothing', async (how) => {
    let settle = (): void => undefined;
    const hanging = new Promise<void>(
      (resolve, reject) => (settle = how === 'resolves' ? resolve : () => reject(rejected)),
    );
    const aborted: unknown[] = [];
    const outcomes: unknown[] = [];
    const result = withDeadline(systemClock, 5, 'The call', async (signal) => {
      signal.addEventListener('abort', () => aborted.push(signal.reason));
      await dispatch(() => hanging);
    });
    await result.then(
      () => outcomes.push('delivered'),
      (error: TransientError) => outcomes.push(error.code),
    );
    settle();
    await late(undefined);
    expect(outcomes).toEqual(['DEADLINE_EXCEEDED']);
    expect(aborted).toEqual([expect.objectContaining({ code: 'DEADLINE_EXCEEDED' })]);
  });

  it('that never comes is not waited for beyond the deadline, nor is a close', async () => {
    const contained = containedInstance(new Given(() => new Promise(() => undefined)), owner);
    await expect(withDeadline(systemClock, 5, 'close()', () => contained.close!())).rejects.toMatchObject({
      code: 'DEADLINE_EXCEEDED',
    });
    // The other calls are not affected by one that hangs.
    await expect(contained.dispatchProfile({}, {}, undefined, context)).resolves.toBeUndefined();
  });
});
