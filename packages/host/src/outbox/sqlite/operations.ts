import type { LaneIdentity, LaneSize, LoadedDeadLetter } from '@dest/core';
import { Appender } from './appender';
import { askForReplays, dropDeadLetters, runReplays } from './dead-letter-steps';
import { toDeadLetter } from './dead-letter-table';
import type { DeliveryRow } from './delivery-row';
import type { EnvelopeRow } from './envelope-table';
import { forgetProfile } from './forget-steps';
import { dropLane, moveLane } from './lane-steps';
import { LaneAudit } from './lane-audit';
import type { LaneRow } from './lane-table';
import type { Operation } from './protocol';
import { Settler } from './settler';
import type { Steps } from './steps';
import { packEnvelopes } from './stored-envelopes';
import type { Tables } from './tables';
import { toFields } from './to-fields';

/** A result, or work that is done bit by bit. */
export type Performed = { readonly result: unknown } | { readonly steps: Steps<unknown> };

/** Performs the operations of the port on the tables, within a transaction that is open. */
export class Operations {
  readonly #tables: Tables;
  readonly #path: string;
  readonly #appender: Appender;
  readonly #settler: Settler;
  /** Lanes by the number that the sender gave them. */
  readonly #identities: LaneIdentity[] = [];
  #rows: (LaneRow | undefined)[] = [];
  #generation = -1;
  readonly #audit: LaneAudit;

  constructor(tables: Tables, path: string) {
    this.#tables = tables;
    this.#path = path;
    this.#audit = new LaneAudit(tables);
    this.#appender = new Appender(tables, (number) => this.#laneOf(number, true) as LaneRow);
    this.#settler = new Settler(tables, (number) => this.#laneOf(number, false));
  }

  /** Numbers lanes, from 0 on. */
  number(lanes: readonly LaneIdentity[]): void {
    this.#identities.push(...lanes);
  }

  perform(operation: Operation): Performed {
    const tables = this.#tables;
    switch (operation.type) {
      case 'append':
        return { result: this.#appender.append(operation) };
      case 'settle':
        return { result: this.#settler.settle(operation) };
      case 'read':
        return { result: this.#read(operation).map((row) => toFields(tables, row)) };
      case 'load':
        return { result: packEnvelopes(operation.envelopes.map((envelope) => this.#load(envelope))) };
      case 'size':
        return { result: this.#sizeOf(tables.lanes.find(operation.lane)) };
      case 'lanes':
        return {
          result: [...tables.lanes.all()]
            .filter(({ waiting }) => waiting > 0)
            .map((lane) => ({ lane: lane.identity, size: this.#sizeOf(lane) })),
        };
      case 'moveLane':
        return { steps: moveLane(tables, operation.from, operation.to) };
      case 'dropLane':
        return { steps: dropLane(tables, operation.lane) };
      case 'deadLetters':
        return {
          result: tables.letters.select(operation.filter, operation.after, operation.limit).map(toDeadLetter),
        };
      case 'countDeadLetters':
        return { result: tables.letters.count(operation.filter) };
      case 'deadLetter':
        return { result: this.#deadLetter(operation.id) };
      case 'dropDeadLetters':
        return { steps: dropDeadLetters(tables, operation.filter) };
      case 'replayDeadLetters': {
        const result = askForReplays(tables, operation.filter, operation.lanes, operation.now);
        runReplays(tables);
        return { result };
      }
      case 'forget':
        return { steps: forgetProfile(tables, this.#path, operation.profileId) };
      case 'countQuarantined':
        return { result: tables.quarantine.count() };
    }
  }

  #laneOf(number: number, make: boolean): LaneRow | undefined {
    if (this.#generation !== this.#tables.generation) {
      this.#generation = this.#tables.generation;
      this.#rows = [];
    }
    const known = this.#rows[number];
    if (known !== undefined) return known;
    const identity = this.#identities[number] as LaneIdentity;
    const row = make ? this.#tables.lanes.findOrMake(identity) : this.#tables.lanes.find(identity);
    return (this.#rows[number] = row);
  }

  #read(operation: Extract<Operation, { type: 'read' }>): readonly DeliveryRow[] {
    const lane = this.#tables.lanes.find(operation.lane);
    if (lane === undefined || operation.limit <= 0) return [];
    const found = this.#readFrom(lane.number, operation);
    // Few wait for a retry or as replays, however many wait in the lane: that says nothing of its end.
    const isByPlace = operation.which === 'all' || operation.which === 'untried';
    if (isByPlace && found.length < operation.limit) this.#audit.audit(lane);
    return found;
  }

  #readFrom(number: number, { which, after, limit }: Extract<Operation, { type: 'read' }>): readonly DeliveryRow[] {
    const { deliveries } = this.#tables;
    if (which === 'retries') return deliveries.readDue(number, limit);
    if (which !== 'replays') return deliveries.read(number, after, limit, which === 'untried');
    const due = deliveries.read(number + 1, 0, limit, true);
    return [...due, ...deliveries.readDue(number + 1, limit - due.length)];
  }

  #load(envelope: number): EnvelopeRow | undefined {
    const { envelopes, quarantine } = this.#tables;
    const found = envelopes.load(envelope);
    if (found !== 'damaged') return found;
    // It stays where it is, since deliveries and dead letters still refer to it.
    if (!quarantine.has('envelopes', String(envelope))) quarantine.add('envelopes', String(envelope), null);
    return undefined;
  }

  #sizeOf(lane: LaneRow | undefined): LaneSize {
    if (lane === undefined) return { waiting: 0, bytes: 0 };
    const { number, waiting, bytes } = lane;
    const { deliveries } = this.#tables;
    const oldest = Math.min(deliveries.oldest(number) ?? Infinity, deliveries.oldest(number + 1) ?? Infinity);
    return { waiting, bytes, ...(oldest === Infinity ? {} : { oldest }) };
  }

  #deadLetter(id: number): LoadedDeadLetter | undefined {
    const letter = this.#tables.letters.find(id);
    if (letter === undefined) return undefined;
    const body = this.#load(letter.envelope)?.body;
    const envelope = body === undefined ? undefined : (JSON.parse(body.toString('utf8')) as object);
    return { ...toDeadLetter(letter), ...(envelope === undefined ? {} : { envelope }) };
  }
}
