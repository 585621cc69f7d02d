import {
  type Distribution,
  type JourneySnapshot,
  type MachineNoise,
  type PhaseSnapshot,
  type Snapshot,
  type Tally,
  type TargetSnapshot,
  total,
} from "../stats/mod.ts";
import type { TargetPlan } from "../plan/mod.ts";
import { protocolOf } from "../protocol/mod.ts";
import {
  compact,
  countsText,
  dim,
  formatMs,
  formatPercent,
  grouped,
  type Line,
  roundDuration,
  type Section,
  type Span,
  table,
} from "./format/mod.ts";
import { percentileText } from "./judged/mod.ts";
import { endsOf } from "./answers.ts";
import { reasonLines } from "./reasons_text.ts";

const SHARES = [0.5, 0.9, 0.95, 0.99, 0.999] as const;
const SHARE_NAMES = ["p50", "p90", "p95", "p99", "p99.9"] as const;
const PART_COLUMNS = ["sent", "failed", ...SHARE_NAMES, "max"] as const;

/** A share of the traffic with its durations. */
interface LatencyPart extends Tally {
  readonly response: Distribution;
  readonly service: Distribution;
}

/** The durations of the whole run. */
export function timeSection(snapshot: Snapshot, width: number): Section {
  const { latency, timing, noise } = snapshot;
  type Row = [string, Distribution, (MachineNoise | undefined)?];
  const always: Row[] = [
    ["response time", latency.response, noise],
    ["service time", latency.service, noise],
    ["send lag", latency.sendLag],
  ];
  const parts: Row[] = [
    ["connect", timing.connect],
    ["TLS", timing.tls],
    ["first byte", timing.firstByte],
  ];
  const shown = [...always, ...parts.filter(([, part]) => part.count > 0)];
  return table([
    [["title", "Time"], ...[...SHARE_NAMES, "max", "mean"].map(dim)],
    ...shown.map(([name, durations, floor]): Span[] => [
      `  ${name}`,
      ...percentiles(durations, floor),
      formatMs(durations.meanMs),
    ]),
  ], width);
}

/** How each target did: response time, service time, answers. */
export function targetSection(
  { targets, plan, noise }: Snapshot,
  width: number,
): Section {
  if (targets.length === 0) return [];
  const [header, ...lines] = partTable(
    "Targets",
    targets.map((target) => [target.name, target]),
    { width, noise },
  );
  return [
    header!,
    ...targets.flatMap((target, i) => [
      ...lines.slice(2 * i, 2 * i + 2),
      ...targetAsides(target, plan.targets[target.series]!, width),
    ]),
  ];
}

/** What there is to say of a target, or a step, behind its times. */
function targetAsides(
  target: TargetSnapshot,
  plan: TargetPlan,
  width: number,
): Line[] {
  const answers = countsText(endsOf([target]));
  const missed = countsText(target.missed);
  const removed = target.removedMs > 0 ? roundDuration(target.removedMs) : "";
  const asides = [
    ["", askedText(plan)],
    ["", answers],
    ["missed: ", missed],
    ["out of the traffic, unhealthy, for ", removed],
  ] as const;
  return [
    ...asides.filter(([, text]) => text !== "")
      .map(([label, text]): Line => [dim(`    ${label}${text}`)]),
    ...reasonLines(target, width),
  ];
}

function askedText(plan: TargetPlan): string {
  const { script } = plan.step ?? {};
  return script === undefined
    ? `${protocolOf(plan.protocol).methodOf(plan)} ${plan.url}`
    : `what ${script} asks for`;
}

/** How the targets did in each phase, and in a spike against the baseline. */
export function phaseSection(
  { phases, noise }: Snapshot,
  width: number,
): Section {
  if (phases.length === 0) return [];
  const rows = phases.map((part) => [part.phase, part] as const);
  return [
    ...partTable("Phases", rows, { width, noise }),
    ...spikeAside(phases),
  ];
}

/** How the targets did in each scenario. */
export function scenarioSection(
  { scenarios, noise }: Snapshot,
  width: number,
): Section {
  if (scenarios.length === 0) return [];
  const rows = scenarios.map((part) => [part.scenario, part] as const);
  return partTable("Scenarios", rows, { width, noise });
}

function spikeAside(phases: readonly PhaseSnapshot[]): Line[] {
  const spike = phases.find(({ phase }) => phase === "spike");
  const baseline = phases.find(({ phase }) => phase === "baseline");
  if (spike === undefined || baseline === undefined) return [];
  const ratios = [0.5, 0.99].flatMap((share) => {
    const high = spike.response.percentile(share);
    const low = baseline.response.percentile(share);
    if (high === null || low === null || low === 0) return [];
    return [`p${share * 100} ×${(high / low).toFixed(2)}`];
  });
  const failed = `failed ${failedShare(spike)} vs ${failedShare(baseline)}`;
  const text = [...ratios, failed].join(", ");
  return [["  ", ["accent", `spike against baseline: ${text}`]]];
}

/** A header and two lines for each part. */
function partTable(
  title: string,
  parts: readonly (readonly [name: string, part: LatencyPart])[],
  { width, noise }: {
    readonly width: number;
    readonly noise: MachineNoise | undefined;
  },
): Line[] {
  return table([
    [["title", title], ...PART_COLUMNS.map(dim)],
    ...parts.flatMap(([name, part]) => [
      [
        `  ${name}`,
        compact(part.sent),
        failedCell(part),
        ...percentiles(part.response, noise),
      ],
      ["    service time", "", "", ...percentiles(part.service, noise)].map(
        dim,
      ),
    ]),
  ], width);
}

function percentiles(
  durations: Distribution,
  noise: MachineNoise | undefined,
): string[] {
  return [
    ...SHARES.map((share) => percentileText(durations, share, noise)),
    formatMs(durations.count === 0 ? null : durations.maxMs),
  ];
}

function failedCell(part: Tally): Span {
  const text = failedShare(part);
  return total(part.failed) > 0 ? ["error", text] : text;
}

function failedShare({ failed, completed }: Tally): string {
  return formatPercent(total(failed), completed);
}

/** How each journey did, and each of its steps. */
export function journeySection(
  { journeys, plan, noise }: Snapshot,
  width: number,
): Section {
  return journeys.flatMap((journey, i) => [
    ...(i > 0 ? [[]] : []),
    ...journeyHead(journey, width),
    ...partTable(
      "  Steps",
      journey.steps.map((step) =>
        [`  ${plan.targets[step.series]!.step!.name}`, step] as const
      ),
      { width, noise },
    ).flatMap((line, row) => {
      // A header, and two lines for each step; its asides come behind them.
      const step = journey.steps[row / 2 - 1];
      return step === undefined
        ? [line]
        : [line, ...targetAsides(step, plan.targets[step.series]!, width)];
    }),
  ]);
}

function journeyHead(journey: JourneySnapshot, width: number): Line[] {
  const { name, sent, ok, failed, open, duration, active } = journey;
  const { aborted: cancelled = 0, ...others } = failed;
  const broken = Object.values(others).reduce((sum, n) => sum + n, 0);
  const counts = [
    `started ${grouped(sent)}`,
    `finished ${grouped(ok)}`,
    ...(broken > 0 ? [`failed ${grouped(broken)}`] : []),
    ...(cancelled > 0 ? [`cancelled ${grouped(cancelled)}`] : []),
    ...(open > 0 ? [`open ${grouped(open)}`] : []),
  ].join(", ");
  const times = [0.5, 0.99].map((share) =>
    `p${share * 100} ${formatMs(duration.percentile(share))}`
  );
  const mean = `without thinking ${formatMs(active.meanMs)} on average`;
  return [
    [["title", "Journey"], ` ${name}  `, counts],
    [dim(`    duration ${times.join(", ")}; ${mean}`)],
    ...reasonLines(journey, width),
  ];
}
