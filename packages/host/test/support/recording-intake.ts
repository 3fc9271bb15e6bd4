import {
  IntakeInterface,
  RegisterIntake,
  defineSchema,
  type Accept,
  type CheckResult,
  type IntakeContext,
} from '@dest/core';

/** One instance of a recording intake. */
export interface RecordedIntake {
  readonly init: unknown;
  readonly accept: Accept;
  readonly context: IntakeContext;
}

export interface RecordingIntake {
  readonly class: object;
  /** Those that were started, in order. */
  readonly started: RecordedIntake[];
  /** `start a`, `close a` and so on, by the intakes' ids. */
  readonly log: string[];
}

export interface IntakeBehaviour {
  /** Called by `start`: throw, or take time. */
  readonly start?: (count: number) => Promise<void> | void;
  readonly close?: () => Promise<void> | void;
  readonly check?: () => CheckResult;
}

const anything = defineSchema({ type: 'object' });

/** An intake class of the application that hands in what a test tells it to. */
export function recordingIntake(name: string, behaviour: IntakeBehaviour = {}): RecordingIntake {
  const started: RecordedIntake[] = [];
  const log: string[] = [];
  let starts = 0;

  class Recorded extends IntakeInterface {
    async start(accept: Accept, context: IntakeContext): Promise<void> {
      log.push(`start ${this.intake.id}`);
      started.push({ init: this.init, accept, context });
      await behaviour.start?.(++starts);
    }
    async close(): Promise<void> {
      await behaviour.close?.();
      log.push(`close ${this.intake.id}`);
    }
    override async check(): Promise<CheckResult> {
      return behaviour.check?.() ?? { ok: true };
    }
  }

  const init = defineSchema({ type: 'object', properties: { topic: { type: 'string' } } });
  RegisterIntake({ package: name, title: name, credentials: anything, init })(Recorded);
  return { class: Recorded, started, log };
}
