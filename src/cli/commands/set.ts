import { EXIT } from "../../base/mod.ts";
import { change, type NameFlag } from "../operate.ts";
import type { System } from "../system.ts";

/** What `kar set` takes. */
export interface SetFlags extends NameFlag {
  readonly key: "base" | "max" | "scale";
  readonly value: number | "plan";
}

/** `kar set`: puts a value in the place of the plan's, or takes it away again. */
export async function set(
  system: System,
  { key, value, ...flags }: SetFlags,
): Promise<number> {
  await change(system, flags, {
    question: (client) =>
      client.set(value === "plan" ? { key } : { key, value }),
    said: value === "plan" ? `${key} as planned` : `${key} ${value}`,
  });
  return EXIT.done;
}
