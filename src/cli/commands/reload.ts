import { EXIT } from "../../base/mod.ts";
import { ask } from "../../daemon/ask/mod.ts";
import { fromOf, type NameFlag, running } from "../operate.ts";
import type { System } from "../system.ts";

/** `kar reload`: the config file as it is now takes the place of the plan. */
export async function reload(system: System, flags: NameFlag): Promise<number> {
  const { name, socket } = await running(system, flags);
  const answer = await ask(socket, (client) => client.reload({}));
  const { changes } = answer;
  const said = changes.length === 0 ? "reloaded, no difference," : "reloaded";
  system.stdout.write(`${name}: ${said} from ${fromOf(answer)}\n`);
  for (const line of changes) system.stdout.write(`  ${line}\n`);
  return EXIT.done;
}
