import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { EXIT } from "../../base/mod.ts";
import { checkSpike } from "../../pattern/mod.ts";
import { change, type NameFlag } from "../operate.ts";
import type { System } from "../system.ts";

/** What `kar spike` takes; the run itself knows what holds where nothing is given. */
export interface SpikeFlags extends NameFlag {
  readonly factor?: number | undefined;
  /** Milliseconds. */
  readonly duration?: number | undefined;
}

/**
 * `kar spike`: one spike beside those of the plan.
 *
 * @throws {KarError} `usage` for a value out of bounds, before anybody is asked
 */
export async function spike(
  system: System,
  { factor, duration, ...flags }: SpikeFlags,
): Promise<number> {
  checkSpike({ factor, durationMs: duration });
  await change(system, flags, {
    question: (client) =>
      client.spike({
        ...(factor !== undefined && { factor }),
        ...(duration !== undefined && { duration: durationFromMs(duration) }),
      }),
    said: "spike",
    asked: { kind: "spike", factor, durationMs: duration },
  });
  return EXIT.done;
}
