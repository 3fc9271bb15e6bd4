import type { DestinationInterface } from '@dest/core';
import type { Subject } from './destination-case';
import { DestinationTrial } from './destination-trial';
import { listenToConsole } from './listen-to-console';

/** What a destination let out, by the way in which it did, and the secrets that it was handed. */
export interface Said {
  readonly logs: readonly unknown[];
  readonly errors: readonly unknown[];
  readonly results: readonly unknown[];
  readonly secrets: readonly string[];
}

const known = new WeakMap<Subject, Promise<Said>>();

/** Makes a destination do what it does, and fail in all ways that there are. Once for each subject: it takes a while. */
export function provoke(subject: Subject): Promise<Said> {
  const found = known.get(subject) ?? provokeNow(subject);
  known.set(subject, found);
  return found;
}

async function provokeNow(subject: Subject): Promise<Said> {
  const trial = await DestinationTrial.start(subject);
  const { lines, stop } = listenToConsole();
  const provoked = new Provoked(trial);
  try {
    await provoked.use(async () => undefined);
    for (const harm of harmsOf(trial)) {
      await provoked.use(harm);
      // Once more, by one that is opened meanwhile.
      await provoked.use(async () => undefined);
      await trial.site.mend();
    }
    const { errors, results } = provoked;
    return { logs: [...trial.host.logger.lines, ...lines], errors, results, secrets: trial.secrets };
  } finally {
    stop();
    await trial.end();
  }
}

/** What can be done to it. */
function harmsOf({ site }: DestinationTrial): readonly (() => Promise<void>)[] {
  const { port, faults } = site.server;
  const answers = (['refuseCredentials', 'beUnavailable', 'echo'] as const).flatMap((name) => {
    const fault = faults?.[name]?.bind(faults);
    return fault === undefined ? [] : [async () => fault()];
  });
  const breaks = (['reset', 'refuse'] as const).map((name) => () => site.proxy.fail(name));
  return port === undefined ? answers : [...answers, ...breaks];
}

class Provoked {
  readonly errors: unknown[] = [];
  readonly results: unknown[] = [];
  readonly #trial: DestinationTrial;

  constructor(trial: DestinationTrial) {
    this.#trial = trial;
  }

  /** Has an instance do all that there is, from new to closed. */
  async use(whenOpen: () => Promise<void>): Promise<void> {
    const trial = this.#trial;
    const { deadlineMs } = trial;
    const instance = trial.create();
    const isOpen = await this.#note(trial.openUp(instance, deadlineMs));
    await whenOpen();
    if (isOpen) {
      await this.#note(trial.deliver(instance, {}, deadlineMs));
      if (trial.hasBatches) await this.#note(this.#batch(instance));
      if (instance.check !== undefined) {
        await this.#note(trial.call('check()', (context) => instance.check!(context), deadlineMs));
      }
    }
    await this.#note(trial.close(instance));
  }

  async #batch(instance: DestinationInterface): Promise<readonly boolean[]> {
    const results = await this.#trial.deliverBatch(instance, [{}, {}], this.#trial.deadlineMs);
    for (const result of results) if (!result.ok) this.errors.push(result.error);
    return results.map(({ ok }) => ok);
  }

  async #note(promise: Promise<unknown>): Promise<boolean> {
    try {
      this.results.push(await promise);
      return true;
    } catch (error) {
      this.errors.push(error);
      return false;
    }
  }
}
