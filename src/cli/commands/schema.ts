import { EXIT, KarError, printableJson } from "../../base/mod.ts";
import { configSchemaJson, formatProblem } from "../../config/mod.ts";
import { declarationText } from "../../script/mod.ts";
import { readConfigData } from "../load_plan.ts";
import type { System } from "../system.ts";

/** `kar schema`: the JSON Schema of config files. */
export function schema({ stdout }: System): number {
  stdout.write(`${printableJson(configSchemaJson(), 2)}\n`);
  return EXIT.done;
}

/**
 * `kar types`: the declaration file that scripts of journeys import. With a
 * config, its data sets have their columns; scripts are not looked at, since
 * they may need the very file.
 *
 * @throws {KarError} `config` for a config that cannot be used
 */
export async function types(
  system: System,
  file: string | undefined,
): Promise<number> {
  system.stdout.write(declarationText(await dataIn(system, file)));
  return EXIT.done;
}

async function dataIn(system: System, file: string | undefined) {
  if (file === undefined) return null;
  const { config, problems, read } = await readConfigData(system, file);
  if (config === null) {
    throw new KarError("config", problems.map(formatProblem).join("\n"));
  }
  return (read?.sources.data ?? []).map(({ name, table, types }) => ({
    ...{ name, types, columns: table.columns },
  }));
}
