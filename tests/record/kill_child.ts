/**
 * A process that writes a record as fast as it can, says each second that was
 * taken, and is killed.
 */
import { Recording } from "../../src/record/mod.ts";
import { MadeUp, metaFixture, momentFixture, NOON } from "./support.ts";

const [path, first, seed] = Deno.args;
const recording = new Recording({ path: path!, maxBytes: 2 ** 30 });
recording.begin(metaFixture(NOON));
const made = new MadeUp(Number(seed));
const encoder = new TextEncoder();
for (let t = NOON; t < NOON + 100_000; t++) {
  const interval = made.second(t);
  if (t < Number(first)) continue;
  recording.take({
    interval,
    moment: momentFixture(t),
    changes: [],
    plans: [],
    notes: [{ atMs: t * 1000, level: "info", text: "a second" }],
  });
  Deno.stdout.writeSync(encoder.encode(`${t}\n`));
}
