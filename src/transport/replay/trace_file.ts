import { KarError, messageOf } from "../../base/mod.ts";
import { NoTrace, type ReadAt, TraceReader } from "../../trace/mod.ts";

/** A packed trace as a file; it is read where it is asked for. */
export interface TraceFile extends Disposable {
  readonly reader: TraceReader;
}

/**
 * Opens a packed trace. Its file stays open until it is disposed of, or the
 * thread ends.
 *
 * @param digest what its body has to have; absent = any
 * @throws {KarError} `cannotStart` when there is none, or another one
 */
export function openTrace(path: string, digest?: string): TraceFile {
  const file = opened(path);
  try {
    const reader = new TraceReader(readerOf(file), file.statSync().size);
    if (digest !== undefined && reader.head.digest !== digest) {
      throw new NoTrace(
        `it is another trace: its digest begins with ${
          reader.head.digest.slice(0, 16)
        }, must begin with ${digest.slice(0, 16)}`,
      );
    }
    return { reader, [Symbol.dispose]: () => file.close() };
  } catch (error) {
    file.close();
    if (!(error instanceof NoTrace)) throw error;
    throw refused(path, error.message);
  }
}

/** Reads a file's bytes from a place on. */
export function readerOf(file: Deno.FsFile): ReadAt {
  return (offset, into) => {
    file.seekSync(offset, Deno.SeekMode.Start);
    let length = 0;
    while (length < into.length) {
      const read = file.readSync(into.subarray(length));
      if (read === null) break;
      length += read;
    }
    return length;
  };
}

function opened(path: string): Deno.FsFile {
  try {
    return Deno.openSync(path);
  } catch (error) {
    throw refused(
      path,
      error instanceof Deno.errors.NotFound
        ? "the file does not exist"
        : messageOf(error),
    );
  }
}

function refused(path: string, why: string): KarError {
  return new KarError("cannotStart", `Cannot read the trace ${path}: ${why}`);
}
