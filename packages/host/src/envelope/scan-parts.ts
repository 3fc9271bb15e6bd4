import type { PayloadPart } from './payload-parts';

/** Where a part's JSON lies in a text. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

/** What a text of JSON has at its top, and how many members all its objects have. */
export interface ScannedParts {
  readonly places: { readonly [Part in PayloadPart]?: Place };
  readonly members: number;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPENING_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSING_BRACKET = 0x5d;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;
const SPACE = 0x20;
const BYTE_ORDER_MARK = 0xef;

/**
 * Finds the parts of an envelope in its text, so that they need not be written anew. Those whose name has an escape are not found.
 *
 * @param bytes - what JSON.parse took, as UTF-8: not checked again
 * @returns undefined where there are spaces between its tokens, as JSON.stringify writes none
 */
export function scanParts(bytes: Buffer): ScannedParts | undefined {
  const places: { [Part in PayloadPart]?: Place } = {};
  let members = 0;
  let depth = 0;
  // Of the text that came last, which is the name where a colon follows.
  let textStart = 0;
  let textEnd = 0;
  let name: PayloadPart | undefined;
  let valueStart = 0;
  for (let index = bytes[0] === BYTE_ORDER_MARK ? 3 : 0; index < bytes.length; index++) {
    const byte = bytes[index] as number;
    if (byte === QUOTE) {
      textStart = index + 1;
      textEnd = endOfText(bytes, textStart);
      index = textEnd;
    } else if (byte === COLON) {
      members++;
      if (depth !== 1) continue;
      name = nameOf(bytes, textStart, textEnd);
      valueStart = index + 1;
    } else if (byte === OPENING_BRACE || byte === OPENING_BRACKET) depth++;
    else if (byte <= SPACE) return undefined;
    else if (byte === COMMA || byte === CLOSING_BRACE || byte === CLOSING_BRACKET) {
      if (depth === 1 && name !== undefined) {
        places[name] = { start: valueStart, end: index };
        name = undefined;
      }
      // What follows are spaces.
      if (byte !== COMMA && --depth === 0) break;
    }
  }
  return { places, members };
}

function endOfText(bytes: Buffer, start: number): number {
  let index = start;
  for (; bytes[index] !== QUOTE; index++) if (bytes[index] === BACKSLASH) index++;
  return index;
}

function nameOf(bytes: Buffer, start: number, end: number): PayloadPart | undefined {
  const name = bytes.toString('latin1', start, end);
  return name === 'event' || name === 'profile' || name === 'session' ? name : undefined;
}
