import { KarError, messageOf } from "../../base/mod.ts";

/** Characters of a line that are read; no log has longer ones, and none costs more than this. */
const LINE_CHARS_MAX = 65_536;
const STDIN = "-";

/**
 * The lines of a log, some at a time, in bounded memory however large it is:
 * of a file, gzipped or not, or of standard input by `-`.
 *
 * @throws {KarError} `usage` when it cannot be read
 */
export async function* logLines(
  path: string,
): AsyncGenerator<readonly string[]> {
  const cutter = new LineCutter();
  try {
    for await (const text of await openText(path)) yield cutter.take(text);
  } catch (error) {
    throw new KarError(
      "usage",
      `Cannot read the log ${path}: ${
        error instanceof Deno.errors.NotFound
          ? "the file does not exist"
          : messageOf(error)
      }`,
    );
  }
  yield cutter.end();
}

async function openText(path: string): Promise<ReadableStream<string>> {
  const bytes: ReadableStream<Uint8Array<ArrayBuffer>> = path === STDIN
    ? Deno.stdin.readable
    : (await Deno.open(path)).readable;
  const plain = path.endsWith(".gz")
    ? bytes.pipeThrough(new DecompressionStream("gzip"))
    : bytes;
  return plain.pipeThrough(new TextDecoderStream());
}

/** Cuts a text that comes in pieces into lines. */
export class LineCutter {
  #rest = "";

  /** The lines that end in a piece. */
  take(text: string): string[] {
    const lines = (this.#rest + text).split("\n");
    // What is too much of a line is dropped as it comes.
    this.#rest = lines.pop()!.slice(0, LINE_CHARS_MAX);
    return lines.filter(isFilled).map(trimmed);
  }

  /** The last line, where nothing ends it. */
  end(): string[] {
    return [this.#rest].filter(isFilled).map(trimmed);
  }
}

function isFilled(line: string): boolean {
  return line !== "" && line !== "\r";
}

function trimmed(line: string): string {
  const end = line.endsWith("\r") ? line.length - 1 : line.length;
  return line.slice(0, Math.min(end, LINE_CHARS_MAX));
}
