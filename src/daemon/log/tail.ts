import { KarError, messageOf } from "../../base/mod.ts";
import { partOf } from "./rotating_file.ts";

/** Time between two looks for new lines. */
const LOOK_MS = 200;
/** Bytes that are read at once: a line of kar's is shorter. */
const CHUNK_BYTES = 65_536;
/** Bytes at the end of a part that are looked at; a part of kar's is smaller. */
const PART_BYTES_MAX = 16 * 2 ** 20;
const NEWLINE = 0x0a;

/** Position from which to read on after the last lines. */
export interface TailEnd {
  readonly text: string;
  /** Bytes of the current part up to the end of its last whole line. */
  readonly offset: number;
}

/**
 * The last lines of a log, older parts included. A line that is still being
 * written does not count.
 *
 * @param parts how many older parts there can be
 * @throws {KarError} when it cannot be read
 */
export async function lastLines(
  path: string,
  { lines, parts }: { readonly lines: number; readonly parts: number },
): Promise<TailEnd> {
  // While the log rotates, there is no current file for a moment.
  const current = await endOf(path) ?? { text: "", offset: 0 };
  let { text } = current;
  for (let part = 1; part <= parts && countOf(text) < lines; part++) {
    const older = await endOf(partOf(path, part));
    if (older === null) break;
    text = older.text + text;
  }
  return { text: lastOf(text, lines), offset: current.offset };
}

/**
 * Reads what is added to a log, also after it has moved on to a new file,
 * until it is told to stop. Hands on whole lines.
 *
 * @throws {KarError} when it cannot be read
 */
export async function follow(
  path: string,
  { offset, signal, onText }: {
    readonly offset: number;
    readonly signal: AbortSignal;
    readonly onText: (text: string) => void;
  },
): Promise<void> {
  let file = await openAt(path, offset);
  try {
    while (!signal.aborted) {
      await pass(file, onText);
      if (await hasMovedOn(file, path)) {
        // What was written between the look and the move.
        await pass(file, onText);
        file?.close();
        file = await openAt(path, 0);
      } else {
        await pause(LOOK_MS, signal);
      }
    }
  } finally {
    file?.close();
  }
}

/** The whole lines at the end of a part; null when there is no such part. */
async function endOf(path: string): Promise<TailEnd | null> {
  using file = await openAt(path, 0);
  if (file === null) return null;
  const size = await file.seek(0, Deno.SeekMode.End);
  const from = Math.max(0, size - PART_BYTES_MAX);
  await file.seek(from, Deno.SeekMode.Start);
  const bytes = await readUpTo(file, size - from);
  const end = bytes.lastIndexOf(NEWLINE) + 1;
  const begin = from === 0 ? 0 : bytes.indexOf(NEWLINE) + 1;
  const text = new TextDecoder().decode(bytes.subarray(begin, end));
  return { text, offset: from + end };
}

async function readUpTo(
  file: Deno.FsFile,
  size: number,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  let length = 0;
  while (length < size) {
    const count = await file.read(bytes.subarray(length));
    if (count === null) break;
    length += count;
  }
  return bytes.subarray(0, length);
}

async function openAt(
  path: string,
  offset: number,
): Promise<Deno.FsFile | null> {
  try {
    const file = await Deno.open(path);
    await file.seek(offset, Deno.SeekMode.Start);
    return file;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw new KarError(
      "cannotStart",
      `Cannot read the log ${path}: ${messageOf(error)}`,
    );
  }
}

/** Hands on all whole lines up to the end; what there is of one more is read again. */
async function pass(
  file: Deno.FsFile | null,
  onText: (text: string) => void,
): Promise<void> {
  const bytes = new Uint8Array(CHUNK_BYTES);
  for (;;) {
    const count = await file?.read(bytes) ?? null;
    if (count === null) return;
    const end = bytes.lastIndexOf(NEWLINE, count - 1) + 1;
    const isTooLong = end === 0 && count === CHUNK_BYTES;
    const whole = isTooLong ? count : end;
    if (whole > 0) onText(new TextDecoder().decode(bytes.subarray(0, whole)));
    if (whole === count) continue;
    await file!.seek(whole - count, Deno.SeekMode.Current);
    if (whole === 0) return;
  }
}

/** Whether another file has taken the place of the one that is read, or it was emptied. */
async function hasMovedOn(
  file: Deno.FsFile | null,
  path: string,
): Promise<boolean> {
  try {
    const there = await Deno.stat(path);
    if (file === null || (await file.stat()).ino !== there.ino) return true;
    return there.size < await file.seek(0, Deno.SeekMode.Current);
  } catch (error) {
    // The file is being rotated, or has been removed: the old one may still grow.
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
  });
}

function countOf(text: string): number {
  return text.split("\n").length - 1;
}

function lastOf(text: string, lines: number): string {
  if (lines === 0) return "";
  // What comes after the last newline is empty.
  return text.split("\n").slice(-lines - 1).join("\n");
}
