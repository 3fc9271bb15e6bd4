import { formatDate } from '../../../src/expressions/dates/format-date';
import { parseDateText } from '../../../src/expressions/dates/parse-date-text';
import { parseOffset } from '../../../src/expressions/dates/parse-offset';
import { isTimeZone, zoneOffset } from '../../../src/expressions/dates/time-zone';

test.each([
  ['2024-01-10', '2024-01-10T00:00:00.000Z'],
  ['2024-01-10T10:00', '2024-01-10T10:00:00.000Z'],
  ['2024-01-10 10:00:00', '2024-01-10T10:00:00.000Z'],
  ['2024-01-10T10:00:00.123456', '2024-01-10T10:00:00.123Z'],
  ['2024-01-10T10:00:00,5Z', '2024-01-10T10:00:00.500Z'],
  ['2024-01-10T10:00:00+0230', '2024-01-10T07:30:00.000Z'],
  ['2024-01-10T10:00:00 -02', '2024-01-10T12:00:00.000Z'],
  [' 2024-02-29t23:59:59z ', '2024-02-29T23:59:59.000Z'],
  ['0001-01-01', '0001-01-01T00:00:00.000Z'],
])('%s is a date', (text, expected) => {
  expect(new Date(parseDateText(text) as number).toISOString()).toBe(expected);
});

test.each([
  '',
  '2024',
  '2024-1-1',
  '2023-02-29',
  '2024-04-31',
  '2024-13-01',
  '2024-00-10',
  '2024-01-00',
  '2024-01-10T24:00:00',
  '2024-01-10T10',
  '2024-01-10T10:60',
  '2024-01-10T10:00:00+24:00',
  '2024-01-10Z',
  '10.01.2024',
  'January 10, 2024',
  '1704880800',
])('%s is none', (text) => {
  expect(parseDateText(text)).toBeUndefined();
});

test.each([
  ['-1d', -86_400_000],
  ['+1h30m', 5_400_000],
  ['1h30m', 5_400_000],
  ['1w2d3h4m5s', 788_645_000],
  ['0.5s', 500],
  ['-1m1m', -120_000],
])('%s is an offset', (text, expected) => {
  expect(parseOffset(text)).toBe(expected);
});

test.each(['', '-', '10', '1x', '1 d', '+-1d', '1d-1h', 'd', '1.d', `${'9'.repeat(400)}w`])('%s is none', (text) => {
  expect(parseOffset(text)).toBeUndefined();
});

test.each([
  ['Europe/Paris', '2024-01-10T10:00:00Z', 60],
  ['Europe/Paris', '2024-07-10T10:00:00Z', 120],
  ['Europe/Paris', '2026-03-29T00:59:59Z', 60],
  ['Europe/Paris', '2026-03-29T01:00:00Z', 120],
  ['Asia/Kathmandu', '2024-01-10T10:00:00Z', 345],
  ['America/St_Johns', '2024-01-10T10:00:00Z', -210],
  ['UTC', '2024-01-10T10:00:00Z', 0],
  ['+05:30', '2024-01-10T10:00:00Z', 330],
  ['-0800', '2024-01-10T10:00:00Z', -480],
  ['Europe/Paris', '-000001-01-01T00:00:00Z', 9],
])('%s at %s is %d minutes east', (zone, at, expected) => {
  expect(zoneOffset(zone, Date.parse(at))).toBe(expected);
});

test.each(['', 'Mars/Base', '+25:00', '1', 'x'.repeat(100), 'Europe/Paris\n'])('%j is no time zone', (zone) => {
  expect(isTimeZone(zone)).toBe(false);
  expect(zoneOffset(zone, 0)).toBeUndefined();
});

test('many unknown zones do not make the known ones unknown', () => {
  for (let index = 0; index < 200; index++) expect(isTimeZone(`No/Zone${index}`)).toBe(false);
  expect(isTimeZone('Europe/Paris')).toBe(true);
});

test('times at the ends of what a date can be', () => {
  expect(formatDate(8.64e15, 'iso', 'UTC')).toBe('+275760-09-13T00:00:00.000Z');
  expect(formatDate(8.64e15, 'iso', '+01:00')).toBeUndefined();
  expect(formatDate(8.64e15 + 1, 'unix', 'UTC')).toBeUndefined();
  expect(formatDate(-0.5, 'unix-ms', 'UTC')).toBe(-1);
});
