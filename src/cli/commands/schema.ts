import { EXIT, printableJson } from "../../base/mod.ts";
import { configSchemaJson } from "../../config/mod.ts";
import type { System } from "../system.ts";

/** `kar schema`: the JSON Schema of config files. */
export function schema({ stdout }: System): number {
  stdout.write(`${printableJson(configSchemaJson(), 2)}\n`);
  return EXIT.done;
}
