import { EXIT, KarError } from "../../base/mod.ts";
import type { ImportResult } from "../../import/mod.ts";
import { acceptedOf } from "./accepted.ts";
import { checkSave, saveConfig } from "../line/save.ts";
import type { System } from "../system.ts";

/** What every `kar import` takes. */
export interface ImportFlags {
  readonly save?: string | undefined;
  readonly force?: true | undefined;
}

/** A text to import, and how. */
export interface ImportJob {
  /** As the user named it. */
  readonly from: string;
  readonly read: () => Promise<ImportResult>;
}

/**
 * `kar import …`: a commented config on standard output or in a file, and on
 * standard error what was not taken over.
 */
export async function importFrom(
  { system, from, read }: ImportJob & { readonly system: System },
  { save, force }: ImportFlags,
): Promise<number> {
  if (save !== undefined) await checkSave(save, force);
  const result = await read();
  if (result.kind === "wrong") throw faulty(from, result.place, result.message);
  const accepted = acceptedOf(system, result.draft, result.left);
  const { text, secrets, count, left } = accepted;
  for (const line of [...result.left, ...left]) {
    system.stderr.write(`kar: not taken over: ${line}\n`);
  }
  if (count === 0) {
    throw faulty(from, "", "nothing is left that kar could send");
  }
  if (save === undefined) system.stdout.write(text);
  else await saveConfig(text, { path: save, force });
  for (const { name, place } of secrets) {
    system.stderr.write(`kar: set ${name}: the secret of ${place}\n`);
  }
  if (save !== undefined) {
    system.stderr.write(`kar: Saved ${save}: kar validate ${save} checks it\n`);
  }
  return EXIT.done;
}

function faulty(from: string, place: string, message: string): KarError {
  const parts = [from, place, message].filter((part) => part !== "");
  return new KarError("config", parts.join(": "));
}
