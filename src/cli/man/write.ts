import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { join } from "node:path";
import manifest from "../../../deno.json" with { type: "json" };
import { EXIT, KarError } from "../../base/mod.ts";
import { writeFailure } from "../../report/mod.ts";
import type { System } from "../system.ts";
import { manPages } from "./roff.ts";

/** `kar man --dir D`: a page of the manual for each command. */
export async function writeManual(
  { stdout, wallMs }: System,
  { tree, dir }: { readonly tree: CommandUnknownOpts; readonly dir: string },
): Promise<number> {
  const date = new Date(wallMs()).toISOString().slice(0, 10);
  const pages = manPages(tree, { version: manifest.version, date });
  try {
    await Deno.mkdir(dir, { recursive: true });
    for (const { file, text } of pages) {
      await Deno.writeTextFile(join(dir, file), text);
    }
  } catch (error) {
    throw new KarError(
      "cannotStart",
      `--dir ${dir}: the manual cannot be written: ${writeFailure(error)}`,
    );
  }
  stdout.write(`${pages.length} pages in ${dir}: man ${join(dir, "kar.1")}\n`);
  return EXIT.done;
}
