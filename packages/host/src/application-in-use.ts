import type { Logger } from '@dest/core';
import type { Application } from './application/application';
import type { ChangedApplication } from './application/changed-application';
import type { KnownSecrets } from './application/known-secrets';
import type { HostFaults } from './containment/host-faults';
import type { ReloadChanges, ReloadReport } from './control/host-control';
import type { LaneSet } from './delivery/lane-set';
import type { Intakes } from './intakes/intakes';

export interface ApplicationInUseParts {
  readonly lanes: LaneSet;
  readonly intakes: Intakes;
  readonly secrets: KnownSecrets;
  readonly faults: HostFaults;
  readonly logger: Logger;
  /** Reads the configuration again. */
  readonly loadChanged: (current: Application) => Promise<ChangedApplication>;
}

const NOTHING: ReloadChanges = { added: [], changed: [], removed: [] };

/**
 * The application that a host works with. An earlier one is closed when neither lanes nor intakes
 * have an instance of it any more.
 */
export class ApplicationInUse {
  readonly #parts: ApplicationInUseParts;
  #current: Application;
  /** Those that are not closed: the one in use, and earlier ones that something still has an instance of. */
  readonly #open: Set<Application>;

  constructor(application: Application, parts: ApplicationInUseParts) {
    this.#parts = parts;
    this.#current = application;
    this.#open = new Set([application]);
  }

  /** Another one after a reload. */
  get current(): Application {
    return this.#current;
  }

  /** Reads the configuration again and takes it where all is well. Not to be called while it runs. */
  async reload(): Promise<ReloadReport> {
    const { lanes, intakes, secrets, faults, logger, loadChanged } = this.#parts;
    const { application, issues } = await loadChanged(this.#current);
    if (application === undefined) return { taken: false, issues, ...NOTHING };
    this.#current = application;
    this.#open.add(application);
    secrets.learn(application);
    faults.watch(application, (text) => secrets.redact(text));
    const changes = lanes.take(application);
    await lanes.dropDisabled();
    const ofIntakes = intakes.take(application);
    const changed = { ...changes, ...(isNothing(ofIntakes) ? {} : { intakes: ofIntakes }) };
    logger.info('The configuration was read again', changed);
    void Promise.all([lanes.ended(), intakes.ended()]).then(() => this.#closeUnused());
    return { taken: true, issues, ...changed };
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open].map((application) => application.close()));
  }

  async #closeUnused(): Promise<void> {
    const { lanes, intakes } = this.#parts;
    const ofLanes = Array.from(lanes.entries, ({ application }) => application);
    const used = new Set([this.#current, ...ofLanes, ...intakes.applications]);
    const unused = [...this.#open].filter((application) => !used.has(application));
    for (const application of unused) this.#open.delete(application);
    await Promise.all(unused.map((application) => application.close()));
  }
}

function isNothing({ added, changed, removed }: ReloadChanges): boolean {
  return added.length + changed.length + removed.length === 0;
}
