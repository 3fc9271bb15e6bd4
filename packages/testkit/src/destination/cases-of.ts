import type { Ability } from './ability';
import type { ConformanceGroup, DestinationCase, Subject } from './destination-case';
import { DestinationTrial } from './destination-trial';

export interface CaseOptions {
  readonly needs?: readonly Ability[];
  /** See DestinationCase. Default: false. */
  readonly alone?: boolean;
}

/** Makes cases of one group. */
export function casesOf(group: ConformanceGroup) {
  const define = (name: string, run: DestinationCase['run'], { needs = [], alone = false }: CaseOptions = {}) =>
    ({ name, group, needs, alone, run }) satisfies DestinationCase;
  return {
    /** A case that makes what it needs by itself. */
    plain: define,
    /** A case with an other side of its own, which ends with it. */
    tried: (name: string, body: (trial: DestinationTrial) => Promise<void>, options?: CaseOptions): DestinationCase =>
      define(name, (subject) => tryOut(subject, body), options),
  };
}

async function tryOut(subject: Subject, body: (trial: DestinationTrial) => Promise<void>): Promise<void> {
  const trial = await DestinationTrial.start(subject);
  try {
    await body(trial);
  } finally {
    await trial.end();
  }
}
