import type { LoadedDeadLetter } from '@dest/core';
import { envelopeIdOf, type Delivery } from '../sink-files';
import type { Issued, Oracle } from './oracle';

/** What the sinks and the host have in the end. */
export interface Findings {
  /** By destination, in the order of their arrival. */
  readonly deliveries: ReadonlyMap<string, readonly Delivery[]>;
  readonly deadLetters: readonly LoadedDeadLetter[];
  /** Destinations that keep the order of a key. */
  readonly ordered: readonly string[];
}

/** What a destination made of one envelope. */
interface Fate {
  readonly delivered: boolean;
  readonly deadLetter: LoadedDeadLetter | undefined;
}

/** Every promise that was broken, as sentences; empty where all were kept. */
export function brokenPromises(oracle: Oracle, findings: Findings): readonly string[] {
  const broken = [...oracle.breaches];
  const letters = lettersByCopy(findings.deadLetters, oracle, broken);
  for (const [destination, deliveries] of findings.deliveries) {
    const arrived = checkDeliveries(destination, deliveries, oracle, broken);
    const fateOf = ({ id }: Issued): Fate => {
      return { delivered: arrived.has(id), deadLetter: letters.get(`${id}:${destination}`) };
    };
    for (const issued of oracle.all) checkFate(destination, issued, fateOf(issued), broken);
    if (findings.ordered.includes(destination)) checkOrder(destination, arrived, broken);
  }
  checkWholeness(oracle, findings, letters, broken);
  return broken;
}

/** Whether a destination receives an envelope. */
function takes(destination: string, { copied }: Issued): boolean {
  return destination !== 'copies' || copied;
}

function lettersByCopy(
  deadLetters: readonly LoadedDeadLetter[],
  oracle: Oracle,
  broken: string[],
): ReadonlyMap<string, LoadedDeadLetter> {
  const letters = new Map<string, LoadedDeadLetter>();
  for (const letter of deadLetters) {
    const copy = `${letter.envelopeId}:${letter.lane.destination}`;
    const issued = oracle.get(letter.envelopeId);
    if (issued === undefined) broken.push(`Invented: the dead letter ${copy}`);
    else checkLetter(copy, letter, issued, broken);
    if (letters.has(copy)) broken.push(`Twice a dead letter: ${copy}`);
    letters.set(copy, letter);
  }
  return letters;
}

/** A dead letter holds what was issued, so that a replay would deliver just that. */
function checkLetter(copy: string, { envelope, key }: LoadedDeadLetter, issued: Issued, broken: string[]): void {
  const text = JSON.stringify(envelope?.event?.['payload']);
  if (text !== issued.text) broken.push(`Altered: the dead letter ${copy} holds ${text}, should hold ${issued.text}`);
  const keys = [envelope?.profile?.id, key];
  if (keys.some((found) => found !== issued.key)) {
    broken.push(`Altered: the dead letter ${copy} has the keys ${keys.join()}, should have ${issued.key}`);
  }
}

/** Checks each arrival by itself. Returns the first arrivals by envelope, in order. */
function checkDeliveries(
  destination: string,
  deliveries: readonly Delivery[],
  oracle: Oracle,
  broken: string[],
): ReadonlyMap<string, Issued> {
  const arrived = new Map<string, Issued>();
  for (const delivery of deliveries) {
    const { idempotencyKey, json, key, possiblyDelivered } = delivery;
    const id = envelopeIdOf(delivery);
    const issued = oracle.get(id);
    if (issued === undefined || !takes(destination, issued)) {
      broken.push(`Invented: ${idempotencyKey}`);
      continue;
    }
    if (json !== issued.text) broken.push(`Altered: ${idempotencyKey} is ${json}, should be ${issued.text}`);
    if (key !== issued.key) broken.push(`Altered: ${idempotencyKey} has the key ${key}, should have ${issued.key}`);
    if (arrived.has(id) && !possiblyDelivered) broken.push(`Not marked: ${idempotencyKey} arrived before`);
    if (!arrived.has(id)) arrived.set(id, issued);
  }
  return arrived;
}

function checkFate(destination: string, issued: Issued, { delivered, deadLetter }: Fate, broken: string[]): void {
  const copy = `${issued.id}:${destination}`;
  const isRefused = destination === 'moody' && issued.refused;
  const code = deadLetter?.failure.code;
  if (issued.receipts.length > 0 && takes(destination, issued) && !delivered && deadLetter === undefined) {
    broken.push(`Lost: ${copy}, accepted at ${JSON.stringify(issued.receipts)} of ${JSON.stringify(issued.issues)}`);
  }
  if (delivered && isRefused) broken.push(`Delivered, though refused: ${copy}`);
  if (code !== undefined && code !== 'CRASHED_HOST' && !(isRefused && code === 'REFUSED')) {
    broken.push(`A dead letter without a cause: ${copy}, ${JSON.stringify(deadLetter?.failure)}`);
  }
}

/** What was never accepted may be there, but then at every destination that takes it. */
function checkWholeness(
  oracle: Oracle,
  { deliveries }: Findings,
  letters: ReadonlyMap<string, LoadedDeadLetter>,
  broken: string[],
): void {
  const arrived = new Set([...deliveries.values()].flat().map(({ idempotencyKey }) => idempotencyKey));
  for (const issued of oracle.all) {
    const takers = [...deliveries.keys()].filter((destination) => takes(destination, issued));
    const copies = takers.map((destination) => `${issued.id}:${destination}`);
    const there = copies.filter((copy) => arrived.has(copy) || letters.has(copy));
    if (there.length > 0 && there.length < copies.length)
      broken.push(`By halves: of ${copies.join()} only ${there.join()}`);
  }
}

/** First arrivals of a key are in the order of acceptance, as far as that is known. */
function checkOrder(destination: string, arrived: ReadonlyMap<string, Issued>, broken: string[]): void {
  const latestBefore = new Map<string, { readonly id: string; readonly earliest: number }>();
  for (const issued of arrived.values()) {
    const { id, key } = issued;
    const { earliest, latest } = acceptanceOf(issued);
    const before = latestBefore.get(key);
    if (before !== undefined && latest < before.earliest) {
      broken.push(`Out of order at ${destination}: ${id} (${key}) came after ${before.id}`);
    }
    if (before === undefined || earliest > before.earliest) latestBefore.set(key, { id, earliest });
  }
}

/** Between which of its issues an envelope was accepted first. */
function acceptanceOf({ issues, receipts }: Issued): { readonly earliest: number; readonly latest: number } {
  const [receipt] = receipts;
  const earliest = issues[0]!;
  if (receipt === undefined) return { earliest, latest: issues.at(-1)! };
  if (!receipt.duplicate) return { earliest: receipt.issue, latest: receipt.issue };
  return { earliest, latest: issues.filter((issue) => issue < receipt.issue).at(-1) ?? earliest };
}
