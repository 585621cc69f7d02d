import { posix } from "node:path";
import type { ProgramFile } from "./workers.ts";

/** Any text that names a file of the bundle: an import, lazy or not, or a worker. */
const NAMED_REGEXP = /"(\.{1,2}\/[\w./-]+\.js)"/g;

/**
 * The files that a program can come to from its first one, in their order. The
 * bundler also leaves files to which no way leads any more.
 */
export function reachable(
  files: readonly ProgramFile[],
  first: string,
): ProgramFile[] {
  const sources = new Map(files.map(({ path, source }) => [path, source]));
  const reached = new Set<string>();
  const waiting = [first];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const source = sources.get(path);
    if (source === undefined || reached.has(path)) continue;
    reached.add(path);
    for (const [, named] of source.matchAll(NAMED_REGEXP)) {
      waiting.push(posix.join(posix.dirname(path), named!));
    }
  }
  return files.filter(({ path }) => reached.has(path));
}
