/** Marks a file as an outbox of Dest, in the header of SQLite. */
export const APPLICATION_ID = 0x44_65_73_74;

/**
 * What makes a file of one version out of one of the version before; the first one makes it out of nothing. Released ones are
 * never edited: a fixture of each version is opened in the tests.
 */
export const MIGRATIONS: readonly string[] = [
  `
  -- One row: what isn't about a single envelope. \`sequence\` is the last one that was given.
  CREATE TABLE state(
    one INTEGER PRIMARY KEY,
    version INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    note BLOB
  );
  INSERT INTO state(one, version, sequence) VALUES(1, 1, 0);

  -- A lane's number is even; its replays wait under the odd number above it. The counters include both.
  CREATE TABLE lanes(
    lane INTEGER PRIMARY KEY,
    identity BLOB NOT NULL,
    coalesces INTEGER NOT NULL,
    waiting INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    checksum INTEGER NOT NULL,
    counted INTEGER NOT NULL
  );

  -- Whose a lane is, once more: what waits in a lane of which nobody knows whose it is would be lost.
  CREATE TABLE lane_copies(lane INTEGER PRIMARY KEY, identity BLOB NOT NULL, checksum INTEGER NOT NULL);

  -- The number of an envelope is odd where it had several copies: how many are left is in fan_out.
  CREATE TABLE envelopes(
    envelope INTEGER PRIMARY KEY,
    id BLOB NOT NULL,
    accepted_at NUMERIC NOT NULL,
    checksum INTEGER NOT NULL,
    body BLOB NOT NULL
  );
  CREATE TABLE fan_out(envelope INTEGER PRIMARY KEY, remaining INTEGER NOT NULL);

  -- Ids of the de-duplication window. \`owed\`: the destinations that refused their copy.
  CREATE TABLE recent(sequence INTEGER PRIMARY KEY, id BLOB NOT NULL, at NUMERIC NOT NULL, owed BLOB);
  CREATE UNIQUE INDEX recent_by_id ON recent(id);

  -- \`moved_id\`: its id, where it came from another lane; else the sequence is its id.
  CREATE TABLE deliveries(
    lane INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    envelope INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    key BLOB,
    changes BLOB,
    bytes INTEGER NOT NULL,
    waiting_since NUMERIC NOT NULL,
    attempts INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    due_at INTEGER,
    scheduled_at INTEGER,
    history BLOB,
    moved_id INTEGER,
    checksum INTEGER NOT NULL,
    by_key INTEGER,
    PRIMARY KEY(lane, sequence)
  ) WITHOUT ROWID;
  CREATE INDEX deliveries_by_due ON deliveries(lane, due_at) WHERE due_at IS NOT NULL;
  CREATE INDEX deliveries_by_key ON deliveries(lane, key) WHERE by_key IS NOT NULL;
  CREATE INDEX deliveries_moved ON deliveries(moved_id) WHERE moved_id IS NOT NULL;
  CREATE INDEX deliveries_moved_age ON deliveries(lane, waiting_since) WHERE moved_id IS NOT NULL;

  CREATE TABLE crashes(lane INTEGER NOT NULL, sequence INTEGER NOT NULL, count INTEGER NOT NULL,
    PRIMARY KEY(lane, sequence)) WITHOUT ROWID;

  CREATE TABLE dead_letters(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    destination BLOB NOT NULL,
    debug INTEGER NOT NULL,
    code BLOB NOT NULL,
    failed_at INTEGER NOT NULL,
    envelope INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    checksum INTEGER NOT NULL,
    details BLOB NOT NULL
  );
  CREATE INDEX dead_letters_by ON dead_letters(destination, debug, code, failed_at);

  CREATE TABLE replay_jobs(id INTEGER PRIMARY KEY AUTOINCREMENT, request BLOB NOT NULL);

  -- What was damaged: from which table, under which key, and what could be read of it.
  CREATE TABLE quarantine(id INTEGER PRIMARY KEY AUTOINCREMENT, source BLOB NOT NULL, key BLOB NOT NULL, content BLOB);
  `,
];

/** The version that this program writes. */
export const SCHEMA_VERSION = MIGRATIONS.length;
