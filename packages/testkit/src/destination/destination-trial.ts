import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DestinationRegistry,
  failureOf,
  type CreateOptions,
  type DeliveryOptions,
  type DestinationInterface,
  type Failure,
  type ItemResult,
  type JsonValue,
  type RegisteredType,
} from '@dest/core';
import { AssertionError } from 'node:assert';
import { aContext, type AnyContext } from '../builders/a-context';
import { creationOf } from '../builders/a-destination';
import { hostBindings, type HostBindings } from '../builders/host-bindings';
import { expectEqual, expectThat } from '../expectations';
import { Deliveries, type Delivery } from './deliveries';
import type { Subject } from './destination-case';
import { expectResults } from './expect-results';
import { inabilityOf, kindsOf, type Kind } from './inability';
import type { Arrival } from './other-side';
import { Site } from './site';
import { OverrunError, within } from './within';

/** What the calls of a case have that are to miss their deadline, and the others. */
const DEADLINE_MS = 300;
const PATIENCE_MS = 5_000;

export interface InstanceOptions {
  readonly debug?: boolean;
  readonly ordering?: DeliveryOptions['ordering'];
  /** Where its production credentials lead. Default: the first site of the trial. */
  readonly site?: Site;
  /** Where its test credentials lead. Default: the same. */
  readonly testSite?: Site;
}

/** What a case does with a destination, in fewer words. */
export class DestinationTrial {
  readonly subject: Subject;
  readonly registered: RegisteredType;
  readonly host: HostBindings;
  readonly deliveries: Deliveries;
  /** The first site. */
  readonly site: Site;
  readonly #registry: DestinationRegistry;
  readonly #sites: Site[];
  readonly #instances: DestinationInterface[] = [];

  private constructor(subject: Subject, host: HostBindings, site: Site) {
    this.subject = subject;
    this.host = host;
    this.site = site;
    this.#sites = [site];
    this.#registry = new DestinationRegistry(host);
    this.registered = this.#registry.register(subject.Class);
    this.deliveries = new Deliveries(subject);
  }

  static async start(subject: Subject): Promise<DestinationTrial> {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'dest-conformance-')));
    let site: Site | undefined;
    try {
      site = await Site.start(subject.kit, folder);
      return new DestinationTrial(subject, hostBindings({ folder }), site);
    } catch (error) {
      await site?.stop();
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** For what should come soon. */
  get patienceMs(): number {
    return this.subject.kit.patienceMs ?? PATIENCE_MS;
  }

  /** For calls that are to miss their deadline. */
  get deadlineMs(): number {
    return this.subject.kit.deadlineMs ?? DEADLINE_MS;
  }

  get hasBatches(): boolean {
    return inabilityOf(this.subject, 'batches') === undefined;
  }

  /** What it takes. */
  get kinds(): readonly Kind[] {
    return kindsOf(this.subject);
  }

  /** A further other side, with credentials of its own. */
  async startSite(): Promise<Site> {
    const site = await Site.start(this.subject.kit, this.host.from);
    this.#sites.push(site);
    return site;
  }

  /** Secrets of all sites, and the tokens that were given by them. */
  get secrets(): readonly string[] {
    return [...this.#sites.flatMap((site) => site.secrets(this.registered)), ...this.host.oauth2.given.keys()];
  }

  /** What a registry makes the instance from. */
  creation({
    debug = false,
    ordering = 'none',
    site = this.site,
    testSite = site,
  }: InstanceOptions = {}): CreateOptions {
    return creationOf(this.registered.package, {
      debug,
      init: (debug ? testSite : site).init,
      delivery: { ordering },
      ...(site.credentials === undefined
        ? {}
        : { credentials: { production: site.credentials, test: testSite.credentials } }),
    });
  }

  create(options?: InstanceOptions): DestinationInterface {
    const instance = this.#registry.create(this.creation(options));
    this.#instances.push(instance);
    return instance;
  }

  async open(options?: InstanceOptions): Promise<DestinationInterface> {
    const instance = this.create(options);
    await this.openUp(instance);
    return instance;
  }

  async openUp(instance: DestinationInterface, deadlineMs?: number): Promise<void> {
    await this.call('open()', async (context) => instance.open?.(context), deadlineMs);
  }

  async close(instance: DestinationInterface): Promise<void> {
    await within(Promise.resolve(instance.close?.()), this.patienceMs, 'close()');
  }

  /**
   * Makes a call whose signal is aborted at its deadline.
   *
   * @param deadlineMs - Default: the patience, for what should come soon
   * @throws OverrunError where it goes on for longer than the patience after that
   */
  async call<Result>(
    what: string,
    act: (context: AnyContext) => Promise<Result>,
    deadlineMs = this.patienceMs,
    rest: Partial<AnyContext> = {},
  ): Promise<Result> {
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(new Error('The deadline has passed.')), deadlineMs);
    const { logger } = this.host;
    const context = aContext({ signal: controller.signal, logger, now: () => Date.now(), ...rest });
    try {
      return await within(act(context), deadlineMs + this.patienceMs, `${what}, also where its signal is aborted,`);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Delivers one, as a host does: by a batch where there are any. Rejects with what the host would make a failure of. */
  async deliver(
    instance: DestinationInterface,
    delivery: Delivery = {},
    deadlineMs?: number,
    rest?: Partial<AnyContext>,
  ): Promise<void> {
    if (this.hasBatches) {
      const [result] = await this.deliverBatch(instance, [delivery], deadlineMs, rest);
      if (result?.ok === false) throw result.error;
      return;
    }
    const call = this.deliveries.call(delivery);
    await this.call(call.method, (context) => call.on(instance, context), deadlineMs, rest);
  }

  /** Delivers a batch; gives its results, which are of the right shape. */
  async deliverBatch(
    instance: DestinationInterface,
    deliveries: readonly Delivery[],
    deadlineMs?: number,
    rest?: Partial<AnyContext>,
  ): Promise<readonly ItemResult[]> {
    const items = deliveries.map((delivery) => this.deliveries.item(delivery));
    const what = 'dispatchBatch()';
    const results = await this.call(what, (context) => instance.dispatchBatch!(items, context), deadlineMs, rest);
    expectResults(results, items.length);
    return results;
  }

  /** Has it forget a person who is not there. */
  async forget(instance: DestinationInterface, deadlineMs?: number): Promise<void> {
    const id = 'nobody-by-this-name';
    await this.call('forgetProfile()', (context) => instance.forgetProfile!(id, context), deadlineMs);
  }

  /** Opens where it is not open yet, and delivers: what a host would make of a failure. A failure of `open` is the destination's. */
  async failureOfTrying(instance: DestinationInterface, delivery?: Delivery, deadlineMs?: number): Promise<Failure> {
    const opening = await this.outcomeOf(this.openUp(instance, deadlineMs));
    if (opening !== undefined) return { ...opening, scope: 'destination' };
    return this.failureOf(this.deliver(instance, delivery, deadlineMs));
  }

  /** What a host makes of what a promise rejects with. @throws AssertionError where it resolves */
  async failureOf(promise: Promise<unknown>): Promise<Failure> {
    const failure = await this.outcomeOf(promise);
    expectThat(failure !== undefined, 'a delivery that the other side did not take fails');
    return failure;
  }

  /** The same; undefined where it resolves. */
  async outcomeOf(promise: Promise<unknown>): Promise<Failure | undefined> {
    try {
      await promise;
      return undefined;
    } catch (error) {
      if (error instanceof OverrunError || error instanceof AssertionError) throw error;
      return failureOf(error);
    }
  }

  /** What has arrived at a site: as soon as there are so many, or what there is when patience ends. */
  async arrivals(count: number, site = this.site): Promise<readonly Arrival[]> {
    return site.receivedWhen(({ length }) => length >= count, this.patienceMs);
  }

  /** That these contents arrived, each once, and nothing else. */
  async expectArrivals(
    contents: readonly JsonValue[],
    { inOrder = true, site = this.site }: { readonly inOrder?: boolean; readonly site?: Site } = {},
  ): Promise<void> {
    const arrived = (await this.arrivals(contents.length, site)).map(({ data }) => data);
    const expected = contents.map((content) => this.deliveries.data(content));
    const ordered = (list: readonly unknown[]): readonly unknown[] => (inOrder ? list : list.toSorted(byText));
    expectEqual(ordered(arrived), ordered(expected), 'what arrived');
  }

  /** Closes what was made; what fails then is not what the case is about. */
  async end(): Promise<void> {
    for (const instance of this.#instances) await this.close(instance).catch(() => undefined);
    await this.host.close();
    for (const site of this.#sites) await site.stop();
    await rm(this.host.from, { recursive: true, force: true });
  }
}

function byText(left: unknown, right: unknown): number {
  return JSON.stringify(left) < JSON.stringify(right) ? -1 : 1;
}
