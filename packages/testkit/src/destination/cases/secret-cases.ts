import type { DestinationInterface } from '@dest/core';
import { expectEqual } from '../../expectations';
import { casesOf } from '../define-case';
import type { DestinationCase } from '../destination-case';
import type { DestinationTrial } from '../destination-trial';
import { findTraces, type TraceForm } from '../secret-traces';
import { visibleText } from '../visible-text';

const { tried } = casesOf('secrets');

/** What a destination let out, by the way in which it did. */
interface Said {
  readonly logs: readonly unknown[];
  readonly errors: readonly unknown[];
  readonly results: readonly unknown[];
}

/** No secret comes to light, whatever goes wrong. */
export const secretCases: readonly DestinationCase[] = [
  tried('no secret is in what it logs', (trial) => expectNone(trial, 'plain', 'logs'), { needs: ['secrets'] }),
  tried('no secret is in the errors that it throws', (trial) => expectNone(trial, 'plain', 'errors'), {
    needs: ['secrets'],
  }),
  tried('no secret is in what it resolves to', (trial) => expectNone(trial, 'plain', 'results'), {
    needs: ['secrets'],
  }),
  tried('no secret is anywhere as base64', (trial) => expectNone(trial, 'base64', 'logs', 'errors', 'results'), {
    needs: ['secrets'],
  }),
  tried('no secret is anywhere URL-encoded', (trial) => expectNone(trial, 'URL-encoded', 'logs', 'errors', 'results'), {
    needs: ['secrets'],
  }),
];

async function expectNone(trial: DestinationTrial, form: TraceForm, ...ways: readonly (keyof Said)[]): Promise<void> {
  const said = await provoke(trial);
  for (const way of ways) {
    const texts = said[way].map(visibleText);
    const found = texts.filter((text) => findTraces(text, trial.secrets).some((trace) => trace.form === form));
    const where = found.map((text) => withoutSecrets(text, trial.secrets).slice(0, 300));
    expectEqual(where, [], `the list of ${way} with a secret in them, ${form},`);
  }
}

/** Where it was is what helps, and what it was should not come to light by the report. */
function withoutSecrets(text: string, secrets: readonly string[]): string {
  return findTraces(text, secrets).reduce((rest, trace) => rest.replaceAll(trace.text, '***'), text);
}

/** Makes a destination do what it does, and fail in all ways that there are. */
async function provoke(trial: DestinationTrial): Promise<Said> {
  const { server } = trial.site;
  const faults = (['refuseCredentials', 'beUnavailable', 'echo'] as const).flatMap((name) => {
    const fault = server.faults?.[name]?.bind(server.faults);
    return fault === undefined ? [] : [async () => fault()];
  });
  const breaks = (['reset', 'refuse'] as const).map((name) => () => trial.site.proxy.fail(name));
  const provoked = new Provoked(trial);
  await provoked.use(async () => undefined);
  for (const harm of [...faults, ...(server.port === undefined ? [] : breaks)]) {
    await provoked.use(harm);
    // Once more, by one that is opened meanwhile.
    await provoked.use(async () => undefined);
    await trial.site.mend();
  }
  return provoked;
}

class Provoked implements Said {
  readonly errors: unknown[] = [];
  readonly results: unknown[] = [];
  readonly #trial: DestinationTrial;

  constructor(trial: DestinationTrial) {
    this.#trial = trial;
  }

  get logs(): readonly unknown[] {
    return this.#trial.host.logger.lines;
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
