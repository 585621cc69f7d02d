import { EXIT } from "../../base/mod.ts";
import { change, type NameFlag } from "../operate.ts";
import type { System } from "../system.ts";

/** `kar trigger`: fires what is armed, resumes what is paused or tripped. */
export async function trigger(
  system: System,
  flags: NameFlag,
): Promise<number> {
  await change(system, flags, {
    question: (client) => client.trigger({}),
    said: "firing",
  });
  return EXIT.done;
}
