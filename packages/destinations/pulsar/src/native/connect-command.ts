/** How a client introduces itself by Pulsar's binary protocol: the name of a method, and what that method shows. */
export interface Introduction {
  readonly method: 'none' | 'token' | 'basic' | 'tls';
  readonly data: string;
}

/** What a broker answers to it. */
export type ConnectAnswer =
  | { readonly type: 'connected' }
  /** `error` is a number of the protocol's enumeration ServerError. */
  | { readonly type: 'error'; readonly error: number; readonly words: string }
  /** Something that is not Pulsar's protocol. */
  | { readonly type: 'foreign' };

/** Numbers of the protocol's commands, which are also those of their fields. */
const CONNECT = 2;
const CONNECTED = 3;
const ERROR = 14;
/** The broker asks for more than it was shown. */
const AUTH_CHALLENGE = 36;

/** Only what is used here: answers of the first versions do. */
const PROTOCOL_VERSION = 12;
/** Far more than any of these answers has. */
const MOST_BYTES = 1024 * 1024;

/** The frame of the command CONNECT (PulsarApi.proto): sizes of frame and command, then the command in Protocol Buffers. */
export function encodeConnect({ method, data }: Introduction): Buffer {
  const connect = Buffer.concat([
    bytesField(1, 'dest'),
    ...(data === '' ? [] : [bytesField(3, data)]),
    numberField(4, PROTOCOL_VERSION),
    bytesField(5, method),
  ]);
  const command = Buffer.concat([numberField(1, CONNECT), bytesField(CONNECT, connect)]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(command.length + 4, 0);
  frame.writeUInt32BE(command.length, 4);
  return Buffer.concat([frame, command]);
}

/** Reads the first frame; undefined where more has to come. */
export function decodeConnectAnswer(received: Buffer): ConnectAnswer | undefined {
  if (received.length < 8) return undefined;
  const size = received.readUInt32BE(0);
  const commandSize = received.readUInt32BE(4);
  if (size > MOST_BYTES || commandSize + 4 > size) return { type: 'foreign' };
  if (received.length < size + 4) return undefined;
  const command = fieldsOf(received.subarray(8, 8 + commandSize));
  const type = command.get(1);
  if (type === CONNECTED) return { type: 'connected' };
  if (type === AUTH_CHALLENGE) {
    return { type: 'error', error: 3, words: 'the broker asks for another kind of authentication' };
  }
  const error = command.get(ERROR);
  if (type !== ERROR || !Buffer.isBuffer(error)) return { type: 'foreign' };
  const fields = fieldsOf(error);
  const words = fields.get(3);
  return { type: 'error', error: Number(fields.get(2) ?? 0), words: Buffer.isBuffer(words) ? words.toString() : '' };
}

function numberField(field: number, value: number): Buffer {
  return Buffer.from([...varint(field * 8), ...varint(value)]);
}

function bytesField(field: number, value: Buffer | string): Buffer {
  const bytes = Buffer.from(value as string);
  return Buffer.concat([Buffer.from([...varint(field * 8 + 2), ...varint(bytes.length)]), bytes]);
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value % 0x80) + 0x80, ...varint(Math.floor(value / 0x80))];
}

/** The fields of a message, numbers and bytes, the last of each; what comes after something odd is left out. */
function fieldsOf(message: Buffer): ReadonlyMap<number, number | Buffer> {
  const fields = new Map<number, number | Buffer>();
  let at = 0;
  const number = (): number => {
    let value = 0;
    for (let factor = 1; at < message.length; factor *= 0x80) {
      const byte = message[at++] ?? 0;
      value += (byte % 0x80) * factor;
      if (byte < 0x80) break;
    }
    return value;
  };
  while (at < message.length) {
    const tag = number();
    const field = Math.floor(tag / 8);
    const value = number();
    if (tag % 8 === 0) {
      fields.set(field, value);
    } else if (tag % 8 === 2) {
      fields.set(field, message.subarray(at, at + value));
      at += value;
    } else {
      break;
    }
  }
  return fields;
}
