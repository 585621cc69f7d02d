import { digestSpan } from "../../arrivals/mod.ts";
import {
  csi,
  EXIT,
  isoTime,
  joined,
  KarError,
  LINE_START,
  type Painted,
  plain,
  printableJson,
} from "../../base/mod.ts";
import { forecast, scenariosMs } from "../../pattern/mod.ts";
import { unforeseenSteps } from "../../journey/mod.ts";
import { capturedNames, type Plan, setupNames } from "../../plan/mod.ts";
import { renderForecast, terminalCapsOf } from "../../report/mod.ts";
import { contentDigest, requestFor, varsOf } from "../checking/mod.ts";
import { type LoadedPlan, loadPlan, type PlanFlags } from "../load_plan.ts";
import { type System, textColumns } from "../system.ts";
import { startMsIn, type StartTime } from "../values.ts";

/** What `kar simulate` takes; durations in milliseconds. */
export interface SimulateFlags extends PlanFlags {
  readonly start?: StartTime | undefined;
  /** Without it, all scenarios, or a day where there are none. */
  readonly duration?: number | undefined;
  /** Without it, what suits the span. */
  readonly resolution?: number | undefined;
  readonly format: "text" | "csv" | "json";
  readonly digest?: "arrivals" | "content" | undefined;
}

/** What span is looked at, in milliseconds. */
interface SimulatedSpan {
  readonly startMs: number;
  readonly durationMs: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** `kar simulate`: what would be sent, from the functions that send. */
export async function simulate(
  system: System,
  flags: SimulateFlags,
): Promise<number> {
  const loaded = await loadPlan(system, flags);
  const { plan } = loaded;
  const { zone } = plan.pattern;
  const startMs = flags.start === undefined
    ? Math.floor(system.wallMs() / HOUR_MS) * HOUR_MS
    : startMsIn(flags.start, zone);
  const durationMs = flags.duration ?? scenariosMs(plan.pattern) ?? DAY_MS;
  const span = { startMs, durationMs };
  if (flags.digest === "content") {
    return await printContent(system, loaded, { ...flags, span });
  }
  if (flags.digest) return printDigest(system, plan, { ...flags, span });
  const { stdout } = system;
  const stepMs = flags.resolution ?? stepMsOf(durationMs);
  stdout.paint(renderForecast(forecast(plan.pattern, { ...span, stepMs }), {
    ...terminalCapsOf(system.env, stdout.isTerminal),
    format: flags.format,
    zone,
    width: textColumns(system),
    plan,
  }));
  return EXIT.done;
}

/** Rows of round lengths, of which a short span has some for a plot to draw. */
const STEPS_MS = [
  ...[100, 200, 500],
  ...[1_000, 2_000, 5_000, 10_000, 15_000, 30_000],
  ...[60_000, 120_000, 300_000],
];
const ROWS_WANTED = 72;

/** The longest row of which a span has enough. */
function stepMsOf(durationMs: number): number {
  return STEPS_MS.findLast((ms) => durationMs / ms >= ROWS_WANTED) ??
    STEPS_MS[0]!;
}

/** A text that takes the place of the line on which the cursor stands. */
function onThisLine(text: string): Painted {
  return joined([LINE_START, plain(text), csi("K")]);
}

/** The digest of all requests: two runs that send the same have the same. */
async function printContent(
  system: System,
  loaded: LoadedPlan,
  { span, format }: DigestFlags,
): Promise<number> {
  if (format === "csv") throw noCsv();
  const { plan } = loaded;
  tellUnknown(system, plan);
  if (plan.journeys?.some(({ script }) => script !== undefined)) {
    tellScripts(system);
  }
  const requests = await Promise.all(
    plan.targets.map((target) => requestFor(system, target, loaded)),
  );
  const vars = plan.targets.map((target) => varsOf(target, plan));
  const digested = { plan, requests, vars };
  const { digest, requests: count } = contentDigest(digested, span);
  const { planId, pattern: { seed } } = plan;
  const facts = {
    ...{ planId, seed, start: isoTime(span.startMs) },
    ...{ durationMs: span.durationMs, requests: count, contentDigest: digest },
  };
  system.stdout.write(
    format === "json" ? `${printableJson(facts)}\n` : `${digest}\n`,
  );
  return EXIT.done;
}

/** What nobody knows who has asked no server. */
function tellUnknown({ stderr }: System, plan: Plan): void {
  const { journeys = [] } = plan;
  const isCaptured = setupNames(plan).length > 0 ||
    journeys.some((journey) => capturedNames(journey).length > 0);
  const open = journeys.flatMap((journey) =>
    unforeseenSteps(journey).map(({ name }) => `${journey.name}/${name}`)
  );
  if (isCaptured) {
    stderr.write(
      "kar: The digest has captured values by their names: only a run knows what they hold\n",
    );
  }
  if (open.length > 0) {
    stderr.write(
      `kar: The digest has no request that depends on an answer: not (all) those of ${
        open.join(", ")
      }\n`,
    );
  }
}

/** Its requests depend on answers, too; what they are drawn from is proved by the other digest. */
function tellScripts({ stderr }: System): void {
  stderr.write(
    "kar: What scripts ask for is left out of the digest: plan id, seed and --digest arrivals stand for it\n",
  );
}

type DigestFlags =
  & { readonly span: SimulatedSpan }
  & Pick<SimulateFlags, "format">;

function noCsv(): KarError {
  return new KarError("usage", "--digest has no csv form: use text or json");
}

/** The digest alone, so that a script can compare it with a run's. */
function printDigest(
  { stdout, stderr }: System,
  plan: Plan,
  { span, format }: DigestFlags,
): number {
  if (format === "csv") throw noCsv();
  let arrivals = 0;
  let arrivalsDigest = "";
  for (const progress of digestSpan(plan, span)) {
    arrivals = progress.arrivals;
    arrivalsDigest = progress.digest;
    // Days at a high rate take minutes.
    if (stderr.isTerminal) {
      stderr.paint(onThisLine(`${Math.floor(progress.done * 100)} %`));
    }
  }
  if (stderr.isTerminal) stderr.paint(onThisLine(""));
  const { planId, pattern: { seed } } = plan;
  const start = isoTime(span.startMs);
  const { durationMs } = span;
  const facts = { planId, seed, start, durationMs, arrivals, arrivalsDigest };
  stdout.write(
    format === "json" ? `${printableJson(facts)}\n` : `${arrivalsDigest}\n`,
  );
  return EXIT.done;
}
