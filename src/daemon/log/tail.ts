import { messageOf } from "../../base/mod.ts";
import { partOf } from "./rotating_file.ts";

/** Time between two looks for new lines. */
const LOOK_MS = 200;
/** Bytes that are read at once. */
const CHUNK_BYTES = 65_536;

/** Where somebody who has read the last lines goes on. */
export interface TailEnd {
  readonly text: string;
  /** Bytes of the current part that were read. */
  readonly offset: number;
}

/**
 * The last lines of a log, older parts included.
 *
 * @param parts how many older parts there can be
 */
export async function lastLines(
  path: string,
  { lines, parts }: { readonly lines: number; readonly parts: number },
): Promise<TailEnd> {
  const current = await Deno.readFile(path);
  let text = new TextDecoder().decode(current);
  for (let part = 1; part <= parts && countOf(text) < lines; part++) {
    const older = await textOf(partOf(path, part));
    if (older === null) break;
    text = older + text;
  }
  return { text: lastOf(text, lines), offset: current.length };
}

/**
 * Reads what is added to a log, also after it has moved on to a new file,
 * until it is told to stop.
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
    throw new Error(`Cannot read ${path}: ${messageOf(error)}`);
  }
}

/** Hands on everything up to the end. */
async function pass(
  file: Deno.FsFile | null,
  onText: (text: string) => void,
): Promise<void> {
  const bytes = new Uint8Array(CHUNK_BYTES);
  const decoder = new TextDecoder();
  for (;;) {
    const count = await file?.read(bytes) ?? null;
    if (count === null) return;
    onText(decoder.decode(bytes.subarray(0, count), { stream: true }));
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
    // Between two parts, or gone for good: the old one may still grow.
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

async function textOf(path: string): Promise<string | null> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

function countOf(text: string): number {
  return text.split("\n").length - 1;
}

function lastOf(text: string, lines: number): string {
  if (lines === 0) return "";
  const all = text.split("\n");
  // The part after the last newline is empty, or a line that is still written.
  return all.slice(-lines - 1).join("\n");
}
