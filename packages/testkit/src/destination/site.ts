import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { isSecret, type RegisteredType } from '@dest/core';
import { expectThat } from '../expectations';
import { FaultProxy } from '../servers/fault-proxy';
import type { Ability } from './ability';
import type { DestinationKit, Place } from './destination-kit';
import type { Arrival, OtherSide, OtherSideFaults } from './other-side';
import { placesOf } from './schema-fields';

/** Each fault, and what a kit declares whose other side has none such. */
const ABILITY_OF: Readonly<Record<Exclude<keyof OtherSideFaults, 'mend' | 'echo'>, Ability>> = {
  limitRate: 'rateLimits',
  beUnavailable: 'outages',
  refuseCredentials: 'refusedCredentials',
  refuseItems: 'refusedItems',
  postponeItems: 'postponedItems',
};

/** How often what has arrived is looked at. */
const POLL_MS = 5;

/** The other side of one case, with the proxy in front of it, and what gets in there. */
export class Site {
  readonly server: OtherSide;
  readonly place: Place;
  readonly credentials: object | undefined;
  readonly init: object;
  readonly #kit: DestinationKit;
  readonly #proxy: FaultProxy | undefined;

  private constructor(kit: DestinationKit, server: OtherSide, proxy: FaultProxy | undefined) {
    this.#kit = kit;
    this.#proxy = proxy;
    this.server = server;
    const port = proxy?.port ?? 0;
    const secret = `${randomBytes(9).toString('hex')}/+=${randomBytes(3).toString('hex')}`;
    this.place = { server, host: '127.0.0.1', port, origin: `http://127.0.0.1:${port}`, secret };
    this.credentials = kit.credentials?.(this.place);
    this.init = typeof kit.init === 'function' ? (kit.init as (place: Place) => object)(this.place) : (kit.init ?? {});
  }

  static async start(kit: DestinationKit, folder: string): Promise<Site> {
    const server = await kit.start(folder);
    const { port, host } = server;
    let proxy: FaultProxy | undefined;
    try {
      if (port !== undefined) proxy = await FaultProxy.start(port, host === undefined ? {} : { host });
      return new Site(kit, server, proxy);
    } catch (error) {
      await proxy?.stop();
      await server.stop();
      throw error;
    }
  }

  get proxy(): FaultProxy {
    expectThat(
      this.#proxy !== undefined,
      "start() of the kit gives a port, for the proxy; or the kit declares cannot: { network: 'the reason' }",
    );
    return this.#proxy;
  }

  /** What clients sent, where it is known. */
  get heard(): string {
    return this.#proxy?.heard ?? '';
  }

  /** A fault of the other side itself. */
  fault<Name extends keyof typeof ABILITY_OF>(name: Name): Required<OtherSideFaults>[Name] {
    const { faults } = this.server;
    const fault = faults?.[name];
    expectThat(
      fault !== undefined,
      `start() of the kit gives faults.${name}; or the kit declares cannot: { ${ABILITY_OF[name]}: 'the reason' }`,
    );
    return fault.bind(faults) as Required<OtherSideFaults>[Name];
  }

  /** Ends all faults. */
  async mend(): Promise<void> {
    this.server.faults?.mend();
    await this.#proxy?.mend();
  }

  async received(): Promise<readonly Arrival[]> {
    return this.#kit.received(this.server);
  }

  /** The same, as soon as it is so; or what there is when patience ends. */
  async receivedWhen(isSo: (received: readonly Arrival[]) => boolean, patienceMs: number): Promise<readonly Arrival[]> {
    const until = performance.now() + patienceMs;
    for (;;) {
      const received = await this.received();
      if (isSo(received) || performance.now() > until) return received;
      await setTimeout(POLL_MS);
    }
  }

  /** The secrets that get in here, as the schemas mark them; and the one of the place, which may be a part of one. */
  secrets({ schemas }: RegisteredType): readonly string[] {
    const marked = (value: unknown, schema: object): readonly string[] =>
      placesOf(value).flatMap(([pointer, member]) =>
        typeof member === 'string' && isSecret(schema, pointer) ? [member] : [],
      );
    const all = [...marked(this.credentials ?? {}, schemas.credentials), ...marked(this.init, schemas.init)];
    return [...new Set([...all, this.place.secret])];
  }

  async stop(): Promise<void> {
    await this.#proxy?.stop();
    await this.server.stop();
  }
}
