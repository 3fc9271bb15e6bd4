import { messageOf, type Clock, type Intake, type Logger } from '@dest/core';
import type { Application } from '../application/application';
import { isSameInstance, type InstanceBy } from '../application/same-instance';
import { createContainedIntake } from '../containment/contained-intake';
import type { HostFaults } from '../containment/host-faults';
import type { ReloadChanges } from '../control/host-control';
import { withDeadline } from '../delivery/with-deadline';
import { dispatchMessage, type Dispatch } from './dispatch-message';
import { IntakeRunner } from './intake-runner';
import type { IntakeStatus } from './intake-status';

export interface IntakesParts {
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly faults: HostFaults;
  readonly dispatch: Dispatch;
}

interface Entry extends InstanceBy {
  readonly runner: IntakeRunner;
}

/** The intakes of a host: those that its configuration names, and those that it was handed. */
export class Intakes {
  readonly #parts: IntakesParts;
  readonly #given: Intake[] = [];
  readonly #shutdown = new AbortController();
  /** Of the configuration, by id. */
  #entries = new Map<string, Entry>();
  /** What still ends of earlier configurations. */
  readonly #ending = new Set<Promise<void>>();
  #begun = false;

  constructor(parts: IntakesParts) {
    this.#parts = parts;
  }

  /** Starts one that the host is handed. @throws what the intake's `start` throws */
  async start(intake: Intake): Promise<void> {
    const { clock, logger, dispatch } = this.#parts;
    this.#given.push(intake);
    await intake.start((message) => dispatchMessage(dispatch, message), {
      signal: this.#shutdown.signal,
      logger,
      now: () => clock.now(),
      report: (problem) => {
        if (problem !== undefined) logger.warn(`Nothing comes in by an intake: ${messageOf(problem)}`);
      },
    });
  }

  /** Starts those of the configuration; from then on, `take` takes others. */
  begin(application: Application): void {
    this.#begun = true;
    this.take(application);
  }

  /** Takes another configuration: intakes that are the same go on untouched, the others end or begin. */
  take(application: Application): ReloadChanges {
    const before = this.#entries;
    const changes = { added: [] as string[], changed: [] as string[], removed: [] as string[] };
    // A reload may still be under way when the host closes.
    if (!this.#begun || this.#shutdown.signal.aborted) return changes;
    this.#entries = new Map();
    for (const configured of application.intakes) {
      const { intake, resource, issues } = configured;
      const made: InstanceBy = { settings: intake, resource, issues, application };
      const old = before.get(intake.id);
      before.delete(intake.id);
      if (old !== undefined && isSameInstance(old, made)) {
        this.#entries.set(intake.id, old);
        continue;
      }
      const runner = this.#runnerOf(configured, application);
      this.#entries.set(intake.id, { ...made, runner });
      changes[old === undefined ? 'added' : 'changed'].push(intake.id);
      // Two at once could share what only one may have, such as an exclusive subscription.
      runner.start(old && this.#end(old));
    }
    for (const [id, old] of before) {
      changes.removed.push(id);
      void this.#end(old);
    }
    return changes;
  }

  /** How those of the configuration are, in its order. */
  status(): readonly IntakeStatus[] {
    return Array.from(this.#entries.values(), ({ runner }) => runner.status);
  }

  /** Which applications made those of the configuration. */
  get applications(): readonly Application[] {
    return Array.from(this.#entries.values(), ({ application }) => application);
  }

  /** Resolves when those of earlier configurations have ended. */
  async ended(): Promise<void> {
    await Promise.all(this.#ending);
  }

  /**
   * Closes them all. Never rejects.
   *
   * @param timeoutMs - how long each may take
   */
  async close(timeoutMs: number): Promise<void> {
    const { clock, logger } = this.#parts;
    this.#shutdown.abort();
    const closing = this.#given.map((intake) =>
      withDeadline(clock, timeoutMs, 'close() of an intake', () => intake.close()).catch((error: unknown) =>
        logger.warn(`An intake did not close: ${messageOf(error)}`),
      ),
    );
    const runners = Array.from(this.#entries.values(), ({ runner }) => runner.close(timeoutMs));
    await Promise.all([...closing, ...runners, this.ended()]);
  }

  #runnerOf(configured: Application['intakes'][number], application: Application): IntakeRunner {
    const { registry, configuration } = application;
    const { intake, resource } = configured;
    const owner = { package: intake.package, faults: this.#parts.faults };
    const create = (): ReturnType<typeof registry.createIntake> =>
      createContainedIntake(owner, () => registry.createIntake({ debug: configuration.debug, resource, intake }));
    return new IntakeRunner({ ...this.#parts, configured, create });
  }

  #end({ runner, application }: Entry): Promise<void> {
    const ending: Promise<void> = runner
      .close(application.configuration.shutdownMs)
      .finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
    return ending;
  }
}
