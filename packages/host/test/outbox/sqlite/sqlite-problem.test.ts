import { isReadOnly, sqliteProblemOf } from '../../../src/outbox/sqlite/sqlite-problem';

const thrown = (rawCode: number, code: string): Error =>
  Object.assign(new Error('as libsql says it'), { rawCode, code });

test.each([
  [11, 'SQLITE_CORRUPT', 'damaged'],
  // libsql has no name for these.
  [779, 'UNKNOWN_SQLITE_ERROR_779', 'damaged'],
  [523, 'UNKNOWN_SQLITE_ERROR_523', 'damaged'],
  [26, 'SQLITE_NOTADB', 'damaged'],
  [13, 'SQLITE_FULL', 'full'],
  [5, 'SQLITE_BUSY', 'busy'],
  [778, 'SQLITE_IOERR_WRITE', 'io'],
  [1, 'SQLITE_ERROR', undefined],
  [1_555, 'SQLITE_CONSTRAINT_PRIMARYKEY', undefined],
] as const)('result code %i, %s, is %s', (rawCode, code, expected) => {
  expect(sqliteProblemOf(thrown(rawCode, code))).toBe(expected);
});

test('a header that names a format that never was is damage, known by its text alone', () => {
  const error = Object.assign(new Error('unsupported file format'), { rawCode: 1, code: 'SQLITE_ERROR' });
  expect(sqliteProblemOf(error)).toBe('damaged');
});

test('a file that may only be read is told by its primary code', () => {
  expect(isReadOnly(thrown(1_032, 'SQLITE_READONLY_DBMOVED'))).toBe(true);
  expect(isReadOnly(thrown(14, 'SQLITE_CANTOPEN'))).toBe(false);
});

test('errors of the system and of other kinds', () => {
  expect(sqliteProblemOf(Object.assign(new Error(), { code: 'ENOSPC' }))).toBe('full');
  expect(sqliteProblemOf(Object.assign(new Error(), { code: 'EACCES' }))).toBe('io');
  expect(sqliteProblemOf(new TypeError('a fault of the program'))).toBeUndefined();
});
