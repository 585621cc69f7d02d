import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { KarError, messageOf } from "../../base/mod.ts";
import {
  APPLICATION_ID,
  CHANGED_TABLES,
  SCHEMA_VERSION,
  TABLES,
} from "./schema.ts";

/** How long a reader and the writer wait for each other. */
const BUSY_MS = 1000;
const PAGE_BYTES = 4096;
/** How long it is tried to make one file of a record that is being read, and how often. */
const CLOSE_MS = 1000;
const CLOSE_PAUSE_MS = 20;

/** SQLite's number for a full disk, or a file at its bound. */
const SQLITE_FULL = 13;
/** SQLite's number for a file, or one beside it, that cannot be opened. */
const SQLITE_CANTOPEN = 14;

/** SQLite's message for a file that another process has open. */
const LOCKED = "database is locked";

/** Whether an error says that there is no room. */
export function isFull(error: unknown): boolean {
  return hasNumber(error, SQLITE_FULL);
}

function hasNumber(error: unknown, number: number): boolean {
  return error instanceof Error && "errcode" in error &&
    error.errcode === number;
}

/**
 * Opens a record to write, and makes its tables where it is new.
 *
 * @param maxBytes size of the file at most
 * @throws {KarError} `cannotStart` when it is not a record, or a newer one
 */
export function openToWrite(path: string, maxBytes: number): DatabaseSync {
  return opened(path, () => {
    const db = new DatabaseSync(path, { timeout: BUSY_MS });
    const version = versionOf(db, path);
    db.exec("PRAGMA journal_mode = wal");
    db.exec("PRAGMA synchronous = normal");
    // An older kar of this version has made fewer tables.
    if (version === SCHEMA_VERSION) db.exec(TABLES);
    else makeTables(db);
    db.exec(`PRAGMA max_page_count = ${Math.ceil(maxBytes / PAGE_BYTES)}`);
    return db;
  });
}

/** Makes the tables of this version in a file that has none, or older ones. */
function makeTables(db: DatabaseSync): void {
  const changed = CHANGED_TABLES.filter(({ table, column }) => {
    const columns = columnsOf(db, table);
    return columns.length > 0 && !columns.includes(column);
  });
  const tables = [...new Set(changed.map(({ table }) => table))];
  const older = tables.map((table) =>
    `ALTER TABLE ${table} RENAME TO older_${table};`
  );
  const kept = tables.map((table) => {
    const known = columnsOf(db, table);
    const more = changed.filter((each) => each.table === table);
    const columns = [...known, ...more.map(({ column }) => column)];
    const values = [...known, ...more.map(({ value }) => value)];
    return `INSERT INTO ${table} (${columns.join(", ")})
        SELECT ${values.join(", ")} FROM older_${table};
      DROP TABLE older_${table};`;
  });
  db.exec(`BEGIN IMMEDIATE; ${older.join("")} ${TABLES} ${kept.join("")}
    PRAGMA application_id = ${APPLICATION_ID};
    PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT`);
}

/** Columns of a table; empty where it is not there. */
function columnsOf(db: DatabaseSync, table: string): string[] {
  return db.prepare("SELECT name FROM pragma_table_info(?)").all(table)
    .map(({ name }) => name as string);
}

/**
 * Opens a record to read, also beside the one who writes it.
 *
 * @throws {KarError} `cannotStart` when it is not a record, or a newer one
 */
export function openToRead(path: string): DatabaseSync {
  return opened(path, () => {
    try {
      return readable(path, path);
    } catch (error) {
      if (!hasNumber(error, SQLITE_CANTOPEN) || !isThere(path)) throw error;
      return readableAsItIs(path);
    }
  });
}

function readable(path: string, address: string | URL): DatabaseSync {
  const db = new DatabaseSync(address, { readOnly: true, timeout: BUSY_MS });
  try {
    if (versionOf(db, path) === 0) throw noRecord(path, "it is empty");
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/**
 * A record that was not closed needs a file of shared memory beside it, which
 * cannot be made in a folder that is read-only. Without a write-ahead log it is
 * complete as it is.
 */
function readableAsItIs(path: string): DatabaseSync {
  if (isThere(`${path}-wal`)) {
    throw new KarError(
      "cannotStart",
      `Cannot open the record ${path}: its last seconds stand in ${path}-wal, and nothing can be written beside it: copy both into another folder`,
    );
  }
  const address = pathToFileURL(path);
  address.search = "immutable=1";
  return readable(path, address);
}

function isThere(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

/**
 * Makes one file of the record, which can be opened anywhere. SQLite refuses at
 * once while another process has it open; for readers this waits, for a second.
 *
 * @throws what SQLite throws; it is closed all the same
 */
export function closeWritten(db: DatabaseSync): void {
  const endMs = performance.now() + CLOSE_MS;
  const isLast = () => performance.now() >= endMs;
  try {
    while (!isOneFile(db, isLast())) {
      Atomics.wait(PAUSE, 0, 0, CLOSE_PAUSE_MS);
    }
  } finally {
    db.close();
  }
}

const PAUSE = new Int32Array(new SharedArrayBuffer(4));

/** @throws what SQLite throws, where it is the last try */
function isOneFile(db: DatabaseSync, isLastTry: boolean): boolean {
  try {
    db.exec("PRAGMA journal_mode = delete");
    return true;
  } catch (error) {
    if (isLastTry || messageOf(error) !== LOCKED) throw error;
    return false;
  }
}

/** Whether a table is there, which an older kar has not made. */
export function hasTable(db: DatabaseSync, name: string): boolean {
  const sql = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?";
  return db.prepare(sql).get(name) !== undefined;
}

/** A row's only column. */
export function numberOf(db: DatabaseSync, sql: string): number {
  const row = db.prepare(sql).get();
  return Number(row === undefined ? 0 : Object.values(row)[0]);
}

function opened(path: string, open: () => DatabaseSync): DatabaseSync {
  try {
    return open();
  } catch (error) {
    if (error instanceof KarError) throw error;
    throw new KarError(
      "cannotStart",
      `Cannot open the record ${path}: ${reasonOf(error)}`,
    );
  }
}

function reasonOf(error: unknown): string {
  const text = messageOf(error);
  return text === "file is not a database"
    ? "it is not a record of kar: name another file"
    : text;
}

/** @returns 0 = it has no tables yet */
function versionOf(db: DatabaseSync, path: string): number {
  const version = numberOf(db, "PRAGMA user_version");
  const id = numberOf(db, "PRAGMA application_id");
  const tables = numberOf(db, "SELECT count(*) FROM sqlite_schema");
  if (id === 0 && tables === 0) return 0;
  if (id !== APPLICATION_ID) {
    throw noRecord(path, "it is a database of something else");
  }
  if (version > SCHEMA_VERSION) {
    throw new KarError(
      "cannotStart",
      `Cannot open the record ${path}: a newer kar has written it (version ${version} of its tables, this kar knows ${SCHEMA_VERSION}): use that kar`,
    );
  }
  return version;
}

function noRecord(path: string, why: string): KarError {
  return new KarError(
    "cannotStart",
    `Cannot open the record ${path}: ${why}: name another file`,
  );
}
