import { type Document, parseDocument } from "yaml";
import type { Discovery } from "../../discover/mod.ts";
import { saveConfig } from "../line/save.ts";
import type { System } from "../system.ts";

/** Where the config comes from, and where it goes. */
export interface DiscoverySave {
  readonly config: string;
  readonly save?: string | undefined;
  readonly force?: true | undefined;
}

/**
 * Writes the config of a search with the rate that it recommends, comments and
 * all; says why where there is none.
 */
export async function saveDiscovery(
  system: System,
  { sustained, recommended }: Discovery,
  { config, save, force }: DiscoverySave,
): Promise<void> {
  if (save === undefined) return;
  if (sustained === null || recommended === null) {
    system.stderr.write(`kar: ${save} is not written: no rate held\n`);
    return;
  }
  const document = parseDocument(await system.readConfigFile(config));
  put(document, "base_tps", recommended);
  put(document, "max_tps", sustained);
  await saveConfig(document.toString({ lineWidth: 0 }), { path: save, force });
  system.stderr.write(
    `kar: Saved ${save}: kar run --config ${save} sends ${recommended} a second\n`,
  );
}

/** Sets a number and leaves the comment beside it. */
function put(document: Document, key: string, value: number): void {
  document.setIn(["controller", key], value);
}
