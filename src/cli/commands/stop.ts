import { durationMs } from "@bufbuild/protobuf/wkt";
import { EXIT, formatDuration, KarError } from "../../base/mod.ts";
import { ask } from "../../daemon/ask/mod.ts";
import { isListening } from "../../daemon/places/mod.ts";
import { fromOf, type NameFlag, running } from "../operate.ts";
import type { System } from "../system.ts";

/** Time between two looks whether it is gone. */
const LOOK_MS = 100;

/** What `kar stop` takes. */
export interface StopFlags extends NameFlag {
  readonly now?: boolean | undefined;
}

/** `kar stop`: ends a run, and waits until it has ended. */
export async function stop(
  system: System,
  { now = false, ...flags }: StopFlags,
): Promise<number> {
  const { stdout } = system;
  const { name, socket } = await running(system, flags);
  const answer = await ask(socket, (client) => client.stop({ now }));
  const said = now ? "stopping" : "draining";
  stdout.write(`${name}: ${said} from ${fromOf(answer)}\n`);
  const withinMs = answer.endsWithin ? durationMs(answer.endsWithin) : 0;
  for (let ms = 0; await isListening(socket); ms += LOOK_MS) {
    if (ms > withinMs) throw stillThere(name, withinMs);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  stdout.write(`${name}: stopped\n`);
  return EXIT.done;
}

function stillThere(name: string, withinMs: number): KarError {
  return new KarError(
    "cannotStart",
    `"${name}" is still there after ${
      formatDuration(withinMs)
    }: kar stop --now --name ${name} does not wait for open requests`,
  );
}
