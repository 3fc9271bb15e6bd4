import { countPlainMembers, PermanentError, toJson, type Envelope } from '@dest/core';
import { randomUUID } from 'node:crypto';
import { FoundTexts, MadeTexts, type PartTexts } from './part-texts';
import { PAYLOAD_PARTS, type PayloadPart } from './payload-parts';
import { scanParts, type Place } from './scan-parts';

const PARTS = new Set(['event', 'profile', 'session', 'changes', 'profileBefore']);
const KNOWN = new Set(['id', ...PARTS]);

/** An envelope that was found valid, with its id. */
export interface ValidEnvelope {
  readonly id: string;
  /** Plain JSON that shares nothing with what was handed in. */
  readonly envelope: Envelope;
}

/** The same with the texts of its parts. */
export interface WrittenEnvelope extends ValidEnvelope {
  readonly texts: PartTexts;
}

/**
 * Validates an envelope, makes it plain JSON and gives it its id: the sender's, else the event's, else `fallbackId`, else
 * a random one. A part that is null is taken for absent.
 *
 * @param fallbackId - what the intake knows it by, such as the broker's message id
 * @throws PermanentError `ENVELOPE_INVALID` with everything that is wrong, or what `toJson` throws
 */
export function acceptEnvelope(input: unknown, fallbackId?: string): ValidEnvelope {
  return acceptPlain(toJson(input), fallbackId);
}

/** The same, written. */
export function acceptToWrite(input: unknown, fallbackId?: string): WrittenEnvelope {
  const valid = acceptEnvelope(input, fallbackId);
  return { ...valid, texts: new MadeTexts(valid.envelope) };
}

/**
 * The same for what JSON.parse gave, which is not copied: it is nobody else's from now on.
 *
 * @param json - what it was parsed from, as UTF-8: its parts are taken as they are where JSON.stringify would write none of them
 *   otherwise but for its numbers and escapes
 * @throws PermanentError `ENVELOPE_INVALID`, or `JSON_TOO_DEEP`
 */
export function acceptParsed(input: unknown, json: Buffer, fallbackId?: string): WrittenEnvelope {
  const members = countPlainMembers(input);
  if (members === undefined) return acceptToWrite(input, fallbackId);
  const { id, envelope } = acceptPlain(input, fallbackId);
  return { id, envelope, texts: foundTexts(envelope, members, json) ?? new MadeTexts(envelope) };
}

/** Undefined where a part isn't found, or where an object has a name twice: another reader may take the other one. */
function foundTexts(envelope: Envelope, members: number, json: Buffer): PartTexts | undefined {
  const scanned = scanParts(json);
  if (scanned?.members !== members) return undefined;
  const { places } = scanned;
  const found: { [Part in PayloadPart]?: Place } = {};
  for (const part of PAYLOAD_PARTS) {
    if (envelope[part] === undefined) continue;
    const place = places[part];
    if (place === undefined) return undefined;
    found[part] = place;
  }
  return new FoundTexts(json, found);
}

function acceptPlain(plain: unknown, fallbackId: string | undefined): ValidEnvelope {
  const envelope = withoutNulls(plain);
  const problems = problemsOf(envelope);
  if (problems.length > 0) {
    throw new PermanentError(`The envelope is not valid: ${problems.join('; ')}.`, { code: 'ENVELOPE_INVALID' });
  }
  const valid = envelope as Envelope;
  return { id: valid.id ?? valid.event?.id ?? fallbackId ?? randomUUID(), envelope: valid };
}

/** Senders in many languages write `null` for what is not there. */
function withoutNulls(envelope: unknown): unknown {
  if (!isObject(envelope)) return envelope;
  for (const part of PARTS) if (envelope[part] === null) delete envelope[part];
  return envelope;
}

function problemsOf(envelope: unknown): readonly string[] {
  if (!isObject(envelope)) return [`it should be an object with an event or a profile, is ${nameOf(envelope)}`];
  const problems: string[] = [];
  const { id, event, profile, session, changes, profileBefore } = envelope;
  const requireText = (path: string, value: unknown): void => {
    if (value !== undefined && (typeof value !== 'string' || value === '')) {
      problems.push(`${path} should be a text that is not empty, is ${nameOf(value)}`);
    }
  };
  const requireObject = (path: string, value: unknown): value is Record<string, unknown> => {
    if (value === undefined) return false;
    if (!isObject(value)) problems.push(`${path} should be an object, is ${nameOf(value)}`);
    return isObject(value);
  };
  if (event === undefined && profile === undefined) problems.push('event and profile are both missing; it needs one');
  requireText('id', id);
  if (requireObject('event', event)) {
    if (event['type'] === undefined) problems.push('event.type is missing');
    requireText('event.type', event['type']);
    requireText('event.id', event['id']);
    if (requireObject('event.source', event['source'])) requireText('event.source.id', event['source']['id']);
  }
  if (requireObject('profile', profile)) requireText('profile.id', profile['id']);
  if (requireObject('session', session)) requireText('session.id', session['id']);
  requireObject('profileBefore', profileBefore);
  if (changes !== undefined && !(Array.isArray(changes) && changes.every((path) => typeof path === 'string'))) {
    problems.push(`changes should be a list of paths, is ${nameOf(changes)}`);
  }
  for (const key of Object.keys(envelope)) {
    if (!KNOWN.has(key)) problems.push(`${key} is not known here; known are ${[...KNOWN].join(', ')}`);
  }
  return problems;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function nameOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
