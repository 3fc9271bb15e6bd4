import { failureOf, type DestinationInterface } from '@dest/core';
import { expectThat } from '../expectations';
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
    await provoked.useUnharmed();
    for (const harm of harmsOf(trial)) {
      await provoked.useHarmed(harm);
      // Once more, by one that is opened meanwhile.
      await provoked.useHarmed();
      await trial.site.mend();
    }
    const { errors, results } = provoked;
    return { logs: [...trial.host.logger.lines, ...lines], errors, results, secrets: trial.secrets };
  } finally {
    stop();
    await trial.end();
  }
}

/** What every payload holds, so that the other side can be told to refuse them. */
const CONTENT = { text: 'a-provoked-one' };
const RETRY_AFTER_MS = 7_000;

type Harm = () => Promise<void>;

/** What can be done to it. */
function harmsOf({ site }: DestinationTrial): readonly Harm[] {
  const { port, faults } = site.server;
  const answers = [
    faults?.refuseCredentials?.bind(faults),
    faults?.beUnavailable?.bind(faults),
    faults?.limitRate?.bind(faults, RETRY_AFTER_MS),
    faults?.refuseItems?.bind(faults, CONTENT.text),
    faults?.postponeItems?.bind(faults, CONTENT.text),
    faults?.echo?.bind(faults),
  ].flatMap((fault) => (fault === undefined ? [] : [async () => fault()]));
  const breaks = (['reset', 'hang', 'lose-answers', 'refuse'] as const).map((name) => () => site.proxy.fail(name));
  return port === undefined ? answers : [...answers, ...breaks];
}

/** Has instances do all that there is, from new to closed, and keeps what they throw and resolve to. */
class Provoked {
  readonly errors: unknown[] = [];
  readonly results: unknown[] = [];
  readonly #trial: DestinationTrial;

  constructor(trial: DestinationTrial) {
    this.#trial = trial;
  }

  /** @throws AssertionError where nothing was delivered, so that there is nothing to search in */
  async useUnharmed(): Promise<void> {
    const trial = this.#trial;
    const instance = trial.create();
    const isOpen = await this.#note(trial.openUp(instance));
    for (const deliver of isOpen ? this.#deliveries(instance, trial.patienceMs) : []) await this.#note(deliver());
    const [failure] = this.errors.map((error) => failureOf(error).code);
    expectThat(
      failure === undefined,
      `what is searched for secrets delivers where nothing harms it; it fails with ${failure}`,
    );
    for (const call of this.#otherCalls(instance, trial.patienceMs)) await this.#note(call());
    await this.#note(trial.close(instance));
  }

  /** What nobody answers takes as long as its deadline: so all but the first go together. */
  async useHarmed(whenOpen?: Harm): Promise<void> {
    const trial = this.#trial;
    const { deadlineMs } = trial;
    const instance = trial.create();
    const isOpen = await this.#note(trial.openUp(instance, whenOpen === undefined ? deadlineMs : trial.patienceMs));
    await whenOpen?.();
    if (isOpen) {
      const calls = [...this.#deliveries(instance, deadlineMs), ...this.#otherCalls(instance, deadlineMs)];
      for (const first of calls.slice(0, 1)) await this.#note(first());
      await Promise.all(calls.slice(1).map((call) => this.#note(call())));
    }
    await this.#note(trial.close(instance));
  }

  #deliveries(instance: DestinationInterface, deadlineMs: number): readonly (() => Promise<unknown>)[] {
    const trial = this.#trial;
    const singles = trial.kinds.map((kind) => () => trial.deliver(instance, { kind, content: CONTENT }, deadlineMs));
    return trial.hasBatches ? [...singles, () => this.#batch(instance, deadlineMs)] : singles;
  }

  #otherCalls(instance: DestinationInterface, deadlineMs: number): readonly (() => Promise<unknown>)[] {
    const trial = this.#trial;
    return [
      ...(instance.check === undefined
        ? []
        : [() => trial.call('check()', (context) => instance.check!(context), deadlineMs)]),
      ...(instance.forgetProfile === undefined ? [] : [() => trial.forget(instance, deadlineMs)]),
    ];
  }

  async #batch(instance: DestinationInterface, deadlineMs: number): Promise<readonly boolean[]> {
    const items = [{ content: CONTENT }, { content: CONTENT }];
    const results = await this.#trial.deliverBatch(instance, items, deadlineMs);
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
