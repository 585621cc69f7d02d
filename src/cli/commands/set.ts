import { EXIT, KarError } from "../../base/mod.ts";
import { ask, type Explained } from "../../daemon/ask/mod.ts";
import { checkSetting, RATE_MAX } from "../../pattern/mod.ts";
import {
  changedFleet,
  fromOf,
  type Instant,
  type NameFlag,
  running,
} from "../operate.ts";
import type { System } from "../system.ts";

/** What `kar set` takes. */
export interface SetFlags extends NameFlag {
  readonly key: "base" | "max" | "scale";
  readonly value: number | "plan";
}

/**
 * `kar set`: puts a value in the place of the plan's, or takes it away again.
 *
 * @throws {KarError} `usage` for a value out of bounds, before anybody is asked
 */
export async function set(
  system: System,
  { key, value, ...flags }: SetFlags,
): Promise<number> {
  checkSetting(key, value === "plan" ? null : value);
  const said = value === "plan" ? `${key} as planned` : `${key} ${value}`;
  const amount = value === "plan" ? null : value;
  const action = key === "scale"
    ? { kind: key, value: amount ?? 1 } as const
    : { kind: key, value: amount } as const;
  if (await changedFleet(system, flags, { asked: action, said })) {
    return EXIT.done;
  }
  const { name, socket } = await running(system, flags);
  const asked = value === "plan" ? { key } : { key, value };
  const answer = await ask(socket, (client) => client.set(asked));
  const note = key === "max" || value === "plan"
    ? ""
    : limit(await explained(socket, answer));
  system.stdout.write(`${name}: ${said} from ${fromOf(answer)}\n${note}`);
  return EXIT.done;
}

/** What holds with the change; null = the run does not say, or has ended. */
async function explained(
  socket: string,
  { holdsFrom }: Instant,
): Promise<Explained | null> {
  // An instant that has passed meanwhile is refused, and holds by now.
  for (const at of [holdsFrom, undefined]) {
    try {
      return await ask(socket, (client) => client.explain({ at }));
    } catch (error) {
      if (!(error instanceof KarError)) throw error;
    }
  }
  return null;
}

/** A line that the rate is cut off, where it is without any factor but the operator's. */
function limit(explained: Explained | null): string {
  if (explained === null) return "";
  const { base, max, factors } = explained;
  const scale = factors.find(({ name }) => name === "scale")?.value ?? 1;
  const wanted = base * scale;
  if (wanted <= max) return "";
  const enough = Math.min(RATE_MAX, Math.ceil(wanted));
  const way = max < enough ? `: kar set max ${enough} raises it` : "";
  return `  max_tps ${max} limits it${way}\n`;
}
