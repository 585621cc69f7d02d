import { EXIT } from "../../base/mod.ts";
import { change, type NameFlag } from "../operate.ts";
import type { System } from "../system.ts";

/** `kar pause`: sends nothing until it is resumed. */
export async function pause(system: System, flags: NameFlag): Promise<number> {
  await change(system, flags, {
    question: (client) => client.pause({}),
    said: "paused",
    asked: { kind: "pause" },
  });
  return EXIT.done;
}
