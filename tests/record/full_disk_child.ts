/**
 * A run against its own server, whose record lies on a small disk that somebody
 * else fills: it prints what it came to, and how many seconds the record has.
 * With `closing`, the run ends at once when the disk is full.
 */
import { runCli } from "../../src/cli/mod.ts";
import { RecordReader } from "../../src/record/mod.ts";
import { withServer } from "../cli/served.ts";
import { until } from "../fixtures/until.ts";

const [folder, when] = Deno.args;
const file = `${folder}/run.kar`;

/** Seconds that are written. */
function recordedSec(): number {
  try {
    const reader = new RecordReader(file);
    const { load } = reader.measures();
    reader.close();
    return load?.seconds ?? 0;
  } catch {
    // It is not there yet.
    return 0;
  }
}

/** Takes all room that is left, to the last byte. */
async function fill(): Promise<void> {
  await until("a second is written", () => recordedSec() > 0);
  using filler = Deno.openSync(`${folder}/filler`, {
    create: true,
    write: true,
  });
  for (const bytes of [4096, 1]) {
    try {
      for (;;) filler.writeSync(new Uint8Array(bytes));
    } catch {
      // There is none of that size any more.
    }
  }
}

await withServer(
  `--duration 90s --record ${file} --out json=-`,
  async ({ system }) => {
    const ending = async () => {
      await fill();
      if (when !== "closing") {
        await until(
          "it is told",
          () => system.stderr.text.includes("is not written since"),
        );
      }
      system.interrupt();
    };
    const ticking = setInterval(() => system.tick(), 200);
    const [code] = await Promise.all([runCli(system), ending()]);
    clearInterval(ticking);
    const recorded = recordedSec();
    const report = JSON.parse(system.stdout.text || "{}");
    const log = system.stderr.text;
    console.log(JSON.stringify({ code, report, log, recorded }));
  },
);
Deno.exit(0);
