import { EXIT } from "../../base/mod.ts";
import { checkSetting } from "../../pattern/mod.ts";
import { change, type NameFlag } from "../operate.ts";
import type { System } from "../system.ts";

/** What `kar set` takes. */
export interface SetFlags extends NameFlag {
  readonly key: "base" | "max" | "scale";
  readonly value: number | "plan";
}

/**
 * `kar set`: puts a value in the place of the plan's, or takes it away again.
 *
 * @throws {KarError} `usage` for a value out of bounds, before anybody is asked
 */
export async function set(
  system: System,
  { key, value, ...flags }: SetFlags,
): Promise<number> {
  checkSetting(key, value === "plan" ? null : value);
  await change(system, flags, {
    question: (client) =>
      client.set(value === "plan" ? { key } : { key, value }),
    said: value === "plan" ? `${key} as planned` : `${key} ${value}`,
  });
  return EXIT.done;
}
