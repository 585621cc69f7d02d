import { KarError } from "../../base/mod.ts";
import type { LoadedPlan } from "../load_plan.ts";
import type { System } from "../system.ts";
import { hostOf, hostsOfOthers } from "./hosts.ts";

/**
 * Whether the hosts that would be fired at are the user's own, or are meant.
 *
 * @param yes whether that was said already
 * @throws {KarError} `usage` where nobody can be asked
 */
export async function mayFire(
  system: System,
  loaded: LoadedPlan,
  yes: true | undefined,
): Promise<boolean> {
  if (yes) return true;
  const others = await hostsOfOthers(loaded);
  if (others.length === 0) return true;
  if (system.terminal === null) throw notAsked(others);
  const { askHosts } = await import("../commands/wizard.ts");
  return await askHosts(system, others);
}

/**
 * Refuses a host of others where nobody can be asked, before long work for it.
 *
 * @throws {KarError} `usage`
 */
export async function refuseUnasked(
  system: System,
  url: string,
  yes: true | undefined,
): Promise<void> {
  if (yes || system.terminal !== null) return;
  const host = await hostOf(url, {});
  if (host !== null && !host.isOwn) throw notAsked([host.name]);
}

function notAsked(hosts: readonly string[]): KarError {
  const are = hosts.length === 1 ? "is" : "are";
  return new KarError(
    "usage",
    `${
      hosts.join(", ")
    } ${are} neither this machine nor in a private network: --yes fires there without asking`,
  );
}
