import { withStage } from "../stage.ts";
import { Chaos } from "./chaos.ts";

/*
 * A bounded part of what may go on for hours:
 *
 *   KAR_CHAOS_SEED=7 KAR_CHAOS_STEPS=500 deno test -A tests/daemon/chaos
 */

// Processes are watched through /proc.
const ignore = Deno.build.os !== "linux";
const STEPS = Number(Deno.env.get("KAR_CHAOS_STEPS") ?? 18);
/** One kill is sure to come after so many, besides those of the seed. */
const STEPS_PER_KILL = 6;
const SEED = Number(Deno.env.get("KAR_CHAOS_SEED") ?? 7);

for (const arrivals of ["poisson", "uniform"] as const) {
  Deno.test({
    name:
      `a daemon (${arrivals}) does what it has answered, whatever it is told and however often it is killed`,
    ignore,
    fn: () =>
      withStage(async (stage) => {
        const chaos = await Chaos.begin(stage, { seed: SEED, arrivals });
        try {
          for (let i = 1; i <= STEPS; i++) {
            await chaos.step();
            if (i % STEPS_PER_KILL === 0) await chaos.kill();
          }
          await chaos.end();
        } catch (error) {
          console.error(
            `KAR_CHAOS_SEED=${SEED} ${arrivals}: ${chaos.story.join("; ")}`,
          );
          throw error;
        }
      }),
  });
}
