import { Connection, type Row } from './connection';
import { MIGRATIONS } from './schema';

/** What a file of this version has as its schema: a row each of type, name, table and SQL. */
export function expectedSchema(): string {
  const connection = new Connection(':memory:');
  try {
    for (const migration of MIGRATIONS) connection.execute(migration);
    return schemaOf(connection);
  } finally {
    connection.close();
  }
}

/** The schema of an open file, as one text. */
export function schemaOf(connection: Connection): string {
  const columns = ['type', 'name', 'tbl_name', 'sql'].map((name) => `CAST(${name} AS BLOB)`).join(', ');
  return connection.prepare(`SELECT ${columns} FROM sqlite_schema ORDER BY rowid`).all([]).map(textOf).join('\n');
}

function textOf(row: Row): string {
  return row.map((value) => (Buffer.isBuffer(value) ? value.toString('latin1') : String(value))).join('|');
}
