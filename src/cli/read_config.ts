import { KarError, messageOf } from "../base/mod.ts";

/** Bytes of a configuration file; a real one has a few thousand. */
const FILE_BYTES_MAX = 2 ** 20;

/** The word for standard input. */
const STDIN = "-";
let isStdinRead = false;

/**
 * The text of a configuration file, a pipe, or standard input by `-`.
 *
 * @throws {KarError} `config` when there is none to be had: not there, a
 *   folder, no permission, over 1 MiB, or not text
 */
export async function readConfigFile(path: string): Promise<string> {
  const bytes = path === STDIN ? await readStdin() : await readBounded(path);
  const text = decoded(bytes, path);
  if (text.includes("\0")) throw notText(path);
  return text;
}

/** Never takes in more than the bound, whatever size the system claims. */
async function readBounded(path: string): Promise<Uint8Array> {
  try {
    const info = await Deno.stat(path);
    if (info.isDirectory) throw refused(path, "is a folder, must be a file");
    if (info.size > FILE_BYTES_MAX) throw tooLarge(path);
    using file = await Deno.open(path);
    return await readAll(file, path);
  } catch (error) {
    throw error instanceof KarError ? error : refused(path, reason(error));
  }
}

/** Standard input is there once: a reload would find nothing. */
async function readStdin(): Promise<Uint8Array> {
  if (isStdinRead) {
    throw refused(STDIN, "standard input can be read once only: name a file");
  }
  isStdinRead = true;
  return await readAll(Deno.stdin, STDIN);
}

async function readAll(
  file: { read(into: Uint8Array): Promise<number | null> },
  path: string,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(FILE_BYTES_MAX + 1);
  let length = 0;
  for (;;) {
    const count = await file.read(bytes.subarray(length)) ?? 0;
    if (count === 0) return bytes.subarray(0, length);
    length += count;
    if (length > FILE_BYTES_MAX) throw tooLarge(path);
  }
}

function decoded(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw notText(path);
  }
}

function reason(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) {
    return "the file does not exist; kar start writes one, kar schema lists its keys";
  }
  if (error instanceof Deno.errors.PermissionDenied) {
    return "no permission to read it";
  }
  return `cannot be read: ${messageOf(error)}`;
}

function tooLarge(path: string): KarError {
  const bound = `${FILE_BYTES_MAX / 2 ** 20} MiB`;
  return refused(path, `is larger than ${bound}, which no configuration is`);
}

function notText(path: string): KarError {
  return refused(path, "is not text in UTF-8, must be YAML");
}

function refused(path: string, why: string): KarError {
  return new KarError("config", `${path}: ${why}`);
}
