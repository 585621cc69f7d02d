import { KarError, messageOf } from "../../base/mod.ts";

/** SQLite's numbers for a file that another one has locked. */
const LOCKED = [5, 6];

/**
 * Reads something of a record. Errors come from the file: it was written whole,
 * but disks fail and files get edited.
 *
 * @throws {KarError} `cannotStart` that names the record
 */
export function readingOf<Result>(path: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** The same, row by row; what the reader of the rows throws is its own. */
export function* readingEach<Row>(
  path: string,
  rows: () => Iterable<Row>,
): Generator<Row> {
  try {
    yield* rows();
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): KarError {
  if (error instanceof KarError) return error;
  const isLocked = error instanceof Error && "errcode" in error &&
    LOCKED.includes(Number(error.errcode));
  const why = isLocked
    ? "another process has locked it: try again"
    : `it is damaged (${messageOf(error)}): use a copy of it, or another one`;
  return new KarError("cannotStart", `Cannot read the record ${path}: ${why}`);
}
