import type { PulsarMessage } from '../../src/transport/pulsar-transport';
import { encodeFrame, mostFrameBytes } from '../../src/web-socket/encode-frame';
import { sizeOf } from '../../src/web-socket/masked-frames';

const EVERY_ASCII = String.fromCharCode(...Array.from({ length: 128 }, (_, code) => code));
const ODD = ['', EVERY_ASCII, 'Zoë Wrocław', '日本語', '🦩\u2028', 'lone \ud83e surrogate', '\udfff'];
const TIMES = { eventTimeMs: Date.UTC(2025, 2, 14, 9, 18, 0, 250), deliverAfterMs: 120_000 };

function textOf(id: number, message: PulsarMessage): string {
  const { head, body, tail } = encodeFrame(id, message);
  return head + body + tail;
}

it('holds all that a message has, and no more', () => {
  const message = { payload: '{"n":1}', key: 'p1', properties: { idempotencyKey: 'e1:o', type: 'x' }, ...TIMES };

  expect(JSON.parse(textOf(7, message))).toEqual({
    context: '7',
    key: 'p1',
    properties: { idempotencyKey: 'e1:o', type: 'x' },
    eventTime: '2025-03-14T09:18:00.250Z',
    deliverAfterMs: 120_000,
    payload: Buffer.from('{"n":1}').toString('base64'),
  });
  expect(JSON.parse(textOf(8, { payload: '', properties: {} }))).toEqual({ context: '8', properties: {}, payload: '' });
});

describe.each(ODD)('with the text %j', (odd) => {
  const message: PulsarMessage = {
    payload: odd,
    key: odd,
    properties: { [`${odd}1`]: odd, [`${odd}"2`]: 'plain', plain: odd },
    ...TIMES,
  };

  it('is what it was', () => {
    const frame = JSON.parse(textOf(1, message)) as { key: string; properties: object; payload: string };

    expect(frame.key).toBe(odd);
    expect(frame.properties).toEqual(message.properties);
    expect(Buffer.from(frame.payload, 'base64')).toEqual(Buffer.from(odd));
  });

  it('has the size that is said, and no more than what is said to be the most', () => {
    const size = Buffer.byteLength(textOf(Number.MAX_SAFE_INTEGER, message));

    expect(sizeOf(encodeFrame(Number.MAX_SAFE_INTEGER, message))).toBe(size);
    expect(mostFrameBytes(message)).toBeGreaterThanOrEqual(size);
  });
});

// About the size of what texts are made bytes in.
it.each([1, 3, 21_844, 21_845, 21_846, 65_535, 65_536, 65_537, 200_000])(
  'has payloads of %d characters whole, whatever these take',
  (length) => {
    for (const character of ['x', 'ä', '語', '🦩', '\ud83e']) {
      const payload = character.repeat(length);
      const message = { payload, properties: {} };
      const frame = JSON.parse(textOf(1, message)) as { payload: string };

      expect(Buffer.from(frame.payload, 'base64').equals(Buffer.from(payload))).toBe(true);
      expect(mostFrameBytes(message)).toBeGreaterThanOrEqual(textOf(1, message).length);
    }
  },
);
