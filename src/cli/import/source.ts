import { KarError, messageOf } from "../../base/mod.ts";

/** Bytes of a file to import: parsed it takes several times as much. */
const SOURCE_BYTES_MAX = 32 * 2 ** 20;
const FETCH_MS = 15_000;
const STDIN = "-";

/**
 * The text of a file, of standard input by `-`, or of an address.
 *
 * @throws {KarError} `config` when there is none, or it is too large or no text
 */
export async function readSource(from: string): Promise<string> {
  const bytes = /^https?:\/\//i.test(from)
    ? await fetched(from)
    : from === STDIN
    ? await readAll(Deno.stdin.readable, from)
    : await readFile(from);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw refused(from, "is not text in UTF-8");
  }
}

async function readFile(path: string): Promise<Uint8Array> {
  try {
    const { isDirectory, size } = await Deno.stat(path);
    if (isDirectory) throw refused(path, "is a folder, must be a file");
    if (size > SOURCE_BYTES_MAX) throw tooLarge(path);
    const file = await Deno.open(path);
    return await readAll(file.readable, path);
  } catch (error) {
    if (error instanceof KarError) throw error;
    throw refused(
      path,
      error instanceof Deno.errors.NotFound
        ? "the file does not exist"
        : `cannot be read: ${messageOf(error)}`,
    );
  }
}

async function fetched(url: string): Promise<Uint8Array> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(FETCH_MS) });
    if (!answer.ok || answer.body === null) {
      await answer.body?.cancel();
      throw refused(url, `answers with ${answer.status}`);
    }
    return await readAll(answer.body, url);
  } catch (error) {
    if (error instanceof KarError) throw error;
    throw refused(url, `cannot be read: ${messageOf(error)}`);
  }
}

/** Never takes in more than the bound, whatever size was claimed. */
async function readAll(
  stream: ReadableStream<Uint8Array>,
  from: string,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of stream) {
    length += part.length;
    if (length > SOURCE_BYTES_MAX) throw tooLarge(from);
    parts.push(part);
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function tooLarge(from: string): KarError {
  const bound = `${SOURCE_BYTES_MAX / 2 ** 20} MiB`;
  return refused(from, `is larger than ${bound}: take a part of it`);
}

function refused(from: string, why: string): KarError {
  return new KarError("config", `${from}: ${why}`);
}
