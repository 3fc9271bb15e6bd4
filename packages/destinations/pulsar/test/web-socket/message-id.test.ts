import { readMessageId } from '../../src/web-socket/message-id';

const base64 = (...bytes: number[]): string => Buffer.from(bytes).toString('base64');

test.each([
  ['of a message alone', base64(0x08, 7, 0x10, 3), '7:3:-1:-1'],
  ['of a message of a batch', base64(0x08, 0xac, 0x02, 0x10, 3, 0x20, 4), '300:3:-1:4'],
  [
    'of a partition that is none, which has ten bytes',
    base64(0x08, 7, 0x10, 3, 0x18, ...Array<number>(9).fill(0xff), 0x01, 0x20, 0),
    '7:3:-1:0',
  ],
  ['with how much of its batch is acknowledged', base64(0x08, 7, 0x10, 3, 0x20, 4, 0x28, 1, 0x30, 8), '7:3:-1:4'],
  ['with something behind it that is no number', base64(0x08, 7, 0x10, 3, 0x20, 4, 0x3a, 1, 0), '7:3:-1:4'],
])('the id %s', (_what, given, expected) => {
  expect(readMessageId(given)).toBe(expected);
});

test('something else is taken as it is', () => {
  expect(readMessageId('####')).toBe('####');
});
