import { observe } from "../observe.ts";
import { launchOf } from "../launch.ts";
import { missedPercent, reportTimes } from "./kar_report.ts";
import { type Contender, type Job, readingOf } from "./contender.ts";
import type { Reading } from "./reading.ts";
import type { ReportV1 } from "../../../src/report/mod.ts";

/** How kar is started and told to send. */
export interface KarSettings {
  /** A checkout, or a packaged file. */
  readonly path: string;
  /** Null = the default. */
  readonly pacing: string | null;
  /** Null = the default. */
  readonly workers: number | null;
  /** Without a ramp everything counts, from the first request on. */
  readonly from: "cold" | "warm";
}

const RAMP_SEC = 2;

/** The real `kar run`, as a user starts it, told by its own report. */
export function karContender(name: string, settings: KarSettings): Contender {
  return {
    name,
    isPoisson: settings.from === "cold",
    run: (job) => runKar(settings, job),
  };
}

async function runKar(settings: KarSettings, job: Job): Promise<Reading> {
  const folder = await Deno.makeTempDir({ prefix: "kar-bench-" });
  try {
    const config = `${folder}/kar.yaml`;
    const json = `${folder}/report.json`;
    await Deno.writeTextFile(config, configText(settings, job));
    const seconds = job.seconds + rampSec(settings);
    const seen = await observe([
      ...await launchOf(settings.path),
      ...["run", "--config", config, "--duration", `${seconds}s`],
      ...["--quiet", "--out", `json=${json}`],
    ], job);
    if (seen.code !== 0) {
      const text = (seen.stderr + seen.stdout).trim().slice(0, 500);
      throw new Error(`kar run ended with ${seen.code}: ${text}`);
    }
    const report = JSON.parse(await Deno.readTextFile(json)) as ReportV1;
    const reading = readingOf(seen, {
      requests: report.sent,
      missedPercent: missedPercent(report),
      connections: report.timing.connect.count,
      ...reportTimes(report, settings.from),
    });
    if (settings.from === "cold" || reading.corePercent === null) {
      return reading;
    }
    // A percent of a core is 10,000 µs of CPU a second.
    const usPerRequest = reading.corePercent * 10_000 / job.ratePerSec;
    return { ...reading, usPerRequest };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function rampSec({ from }: KarSettings): number {
  return from === "warm" ? RAMP_SEC : 0;
}

/** A constant rate and nothing else; what is not said is the default. */
export function configText(
  settings: KarSettings,
  { way, url, ratePerSec }: Pick<Job, "way" | "url" | "ratePerSec">,
): string {
  const target = {
    name: "bench",
    url,
    ...(way.protocol !== "http" && { protocol: way.protocol }),
    ...(way.client !== "wire" && { client: way.client }),
  };
  const config = {
    targets: [target],
    controller: {
      base_tps: ratePerSec,
      max_tps: ratePerSec,
      ramp_up_duration: `${rampSec(settings)}s`,
    },
    pattern: { poisson: { enabled: false }, noise: { enabled: false } },
    health: { enabled: false },
    metrics: { enabled: false },
    ...(settings.pacing !== null && { pacing: settings.pacing }),
    ...(settings.workers !== null && { workers: settings.workers }),
  };
  // JSON is YAML.
  return JSON.stringify(config, null, 2);
}
