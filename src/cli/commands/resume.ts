import { EXIT } from "../../base/mod.ts";
import { change, type NameFlag } from "../operate.ts";
import type { System } from "../system.ts";

/** `kar resume`: goes on after a pause, or closes a tripped circuit breaker. */
export async function resume(system: System, flags: NameFlag): Promise<number> {
  await change(system, flags, {
    question: (client) => client.resume({}),
    said: "resumed",
    asked: { kind: "resume" },
  });
  return EXIT.done;
}
