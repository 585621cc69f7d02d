import { EXIT } from "../../../base/mod.ts";
import type { FleetAddress } from "../../../nats/mod.ts";
import { mergePlans } from "../../../plan/mod.ts";
import { answerText, FleetAsking } from "../../fleet/asking.ts";
import { PlanChain } from "../../fleet/plan/plan_chain.ts";
import { planText, readPlan } from "../../fleet/plan/plan_text.ts";
import { loadPlan } from "../../load_plan.ts";
import type { System } from "../../system.ts";
import { withRun } from "./fleet.ts";

/**
 * `kar reload --fleet`: a config file takes the place of the plan of all parts,
 * at one slot, or of none.
 */
export async function reloadFleet(
  system: System,
  { fleet, config }: {
    readonly fleet: FleetAddress;
    readonly config: string;
  },
): Promise<number> {
  const flags = { fleet };
  const answer = await withRun(system, flags, async (open) => {
    const { session, row, heard } = open;
    const plans = new PlanChain(
      session.bus,
      readPlan(await session.bus.getPlan(row.plan)),
    );
    await plans.follow(row, heard.events);
    // A seed that was drawn stays: another one would be another traffic.
    const drawnSeed = plans.last.pattern.seed;
    const { plan } = await loadPlan(system, { config, drawnSeed });
    mergePlans(plans.last, plan);
    const text = planText(plan);
    const who = `operator on ${Deno.hostname()}`;
    const asking = new FleetAsking(session, { row, who, heard });
    return await asking.reload(text);
  });
  system.stdout.write(`${fleet.run}: ${answerText("reloaded", answer)}\n`);
  return EXIT.done;
}
