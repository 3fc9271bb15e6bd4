/** The file is not what it was: noticed by us, not by SQLite. */
export class DamagedFile extends Error {
  override readonly name = 'DamagedFile';
}
