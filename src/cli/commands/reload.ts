import { EXIT, KarError } from "../../base/mod.ts";
import { ask } from "../../daemon/ask/mod.ts";
import { checkFleetAlone, fromOf, type NameFlag, running } from "../operate.ts";
import type { System } from "../system.ts";

/** What `kar reload` takes. */
export interface ReloadFlags extends NameFlag {
  /** The new config, for all parts of a fleet's run: a run on this machine has its own. */
  readonly config?: string | undefined;
}

/** `kar reload`: the config file as it is now takes the place of the plan. */
export async function reload(
  system: System,
  { config, ...flags }: ReloadFlags,
): Promise<number> {
  if (flags.fleet !== undefined) {
    checkFleetAlone(flags);
    if (config === undefined) throw noConfig();
    const { reloadFleet } = await import("./fleet/reload.ts");
    return await reloadFleet(system, { fleet: flags.fleet, config });
  }
  if (config !== undefined) throw ownConfig();
  const { name, socket } = await running(system, flags);
  const answer = await ask(socket, (client) => client.reload({}));
  const { changes } = answer;
  const said = changes.length === 0 ? "reloaded, no difference," : "reloaded";
  system.stdout.write(`${name}: ${said} from ${fromOf(answer)}\n`);
  for (const line of changes) system.stdout.write(`  ${line}\n`);
  return EXIT.done;
}

function noConfig(): KarError {
  return new KarError(
    "usage",
    "--config is missing: it names the file that takes the place of the plan of all parts",
  );
}

function ownConfig(): KarError {
  return new KarError(
    "usage",
    "--config goes with --fleet: a run on this machine reads again the file that it was started with",
  );
}
