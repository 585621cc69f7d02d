import { KarError, messageOf } from "../../base/mod.ts";

const PIECE_BYTES = 2 ** 20;
const STDIN = "-";

/** A piece of a log, and how far it is read. */
export interface LogPiece {
  /** Valid until the next one is asked for. */
  readonly bytes: Uint8Array;
  /** Share of the file that is read, gzipped or not; null = nobody knows. */
  readonly done: number | null;
}

/**
 * The bytes of a log, piece by piece: of a file, gzipped or not, or of standard
 * input by `-`. In bounded memory however large it is.
 *
 * @throws {KarError} `usage` when it cannot be read
 */
export async function* logBytes(path: string): AsyncGenerator<LogPiece> {
  try {
    if (path === STDIN) yield* inPieces(Deno.stdin, () => null);
    else yield* filed(path);
  } catch (error) {
    if (error instanceof KarError) throw error;
    throw new KarError(
      "usage",
      `Cannot read ${path}: ${
        error instanceof Deno.errors.NotFound
          ? "the file does not exist"
          : messageOf(error)
      }`,
    );
  }
}

async function* filed(path: string): AsyncGenerator<LogPiece> {
  using file = await Deno.open(path);
  const { size, isDirectory } = await file.stat();
  if (isDirectory) {
    throw new KarError("usage", `${path} is a folder: name a file`);
  }
  let read = 0;
  const doneOf = () => size > 0 ? Math.min(1, read / size) : null;
  if (path.endsWith(".gz")) {
    const counted = new ReadableStream<Uint8Array<ArrayBuffer>>({
      pull: async (controller) => {
        const piece = new Uint8Array(PIECE_BYTES);
        const length = await file.read(piece);
        if (length === null) return controller.close();
        read += length;
        controller.enqueue(piece.subarray(0, length));
      },
    }, { highWaterMark: 0 });
    yield* streamed(
      counted.pipeThrough(new DecompressionStream("gzip")),
      doneOf,
    );
    return;
  }
  for await (const { bytes } of inPieces(file, doneOf)) {
    read += bytes.length;
    yield { bytes, done: doneOf() };
  }
}

/** All of it through one buffer: pieces of their own would wait for a collection. */
async function* inPieces(
  source: { read(into: Uint8Array): Promise<number | null> },
  doneOf: () => number | null,
): AsyncGenerator<LogPiece> {
  const piece = new Uint8Array(PIECE_BYTES);
  for (;;) {
    const length = await source.read(piece);
    if (length === null) return;
    yield { bytes: piece.subarray(0, length), done: doneOf() };
  }
}

async function* streamed(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  doneOf: () => number | null,
): AsyncGenerator<LogPiece> {
  for await (const bytes of stream) yield { bytes, done: doneOf() };
}
