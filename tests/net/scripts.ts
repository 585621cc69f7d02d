/**
 * Real runs of scripted journeys by kar's own command line, against a server
 * that keeps its own books.
 *
 * @module
 */
import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import type { ReportV1 } from "../../src/report/mod.ts";
import type { JourneyServer } from "./journeys.ts";

const MAIN = new URL("../../main.ts", import.meta.url).pathname;

const QUIET = `
controller: { base_tps: RATE, max_tps: RATE, ramp_up_duration: 0s, shutdown_timeout: 80s }
pattern: { poisson: { enabled: false }, noise: { enabled: false } }
health: { enabled: false }
metrics: { enabled: false }
limits: { max_lateness: 1m, journeys: 100000 }
record: { enabled: false }
`;

/** One use of kar in a folder that is gone afterwards. */
export interface ScriptUse {
  /** Files by their names; `kar.yaml` gets what makes a test quiet behind it. */
  readonly files: Readonly<Record<string, string>>;
  readonly args: readonly string[];
  readonly server?: Pick<JourneyServer, "base">;
  readonly ratePerSec?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** What it came to; all text that it has written anywhere is in `text`. */
export interface ScriptUsed {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly text: string;
  readonly report: ReportV1 | null;
}

/** Writes files and runs kar on them; REPORT among its words is where the report goes. */
export async function useScripts(
  { files, args, server, ratePerSec = 40, env = {} }: ScriptUse,
): Promise<ScriptUsed> {
  const folder = await Deno.makeTempDir();
  const out = join(folder, "report.json");
  try {
    for (const [name, text] of Object.entries(files)) {
      await Deno.mkdir(dirname(join(folder, name)), { recursive: true });
      const whole = name.endsWith(".yaml")
        ? text.replaceAll("BASE", server?.base ?? "http://127.0.0.1:9") +
          QUIET.replaceAll("RATE", `${ratePerSec}`)
        : text;
      await Deno.writeTextFile(join(folder, name), whole);
    }
    const words = args.map((word) => word.replace("REPORT", out));
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", MAIN, ...words],
      cwd: folder,
      env: { NO_COLOR: "1", ...env },
    }).output();
    const [written, told] = [stdout, stderr].map((bytes) =>
      new TextDecoder().decode(bytes)
    ) as [string, string];
    const json = await Deno.readTextFile(out).catch(() => "");
    return {
      code,
      out: written,
      err: told,
      text: [written, told, json].join("\n"),
      report: json === "" ? null : JSON.parse(json),
    };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** A run of `kar.yaml` to its end, with its report. */
export async function runScripts(
  use: Omit<ScriptUse, "args"> & {
    readonly duration?: string;
    readonly more?: readonly string[];
  },
): Promise<ScriptUsed & { readonly report: ReportV1 }> {
  const { duration = "1s", more = [], ...rest } = use;
  const args = ["run", "--config", "kar.yaml", "--duration", duration];
  const used = await useScripts({
    ...rest,
    args: [...args, "--out", "json=REPORT", ...more],
  });
  assert.ok(used.report, `no report: ${used.err}`);
  return { ...used, report: used.report };
}
