import { KarError } from "../../base/mod.ts";
import { isName, listRecords } from "../../daemon/paths/mod.ts";
import type { System } from "../system.ts";

/**
 * The record that a word means: a file, or the last one of a run's name.
 *
 * @throws {KarError} `usage` when there is neither
 */
export async function findRecord(
  { env, runtime }: System,
  word: string,
): Promise<string> {
  if (await isFile(word)) return word;
  const isKept = isName(word) && runtime.os !== "windows";
  const kept = isKept ? (await listRecords(env, word)).at(-1) : undefined;
  if (kept !== undefined) return kept.path;
  throw new KarError(
    "usage",
    `No record ${word}: neither a file, nor the name of a run that kept one; kar runs lists them`,
  );
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch {
    return false;
  }
}
