import { formatDuration } from "../../base/mod.ts";
import { indented, quoted } from "../../draft/mod.ts";
import type { JourneyFit } from "../visitors/journey.ts";
import type { MixTarget } from "../visitors/mix.ts";
import type { Learned } from "../learn.ts";
import { counted, digits, percent, roundMs } from "./figures.ts";
import { headLines } from "./head.ts";
import { Paths, type PathTemplate } from "./paths.ts";
import { trafficLines } from "./traffic.ts";

/** Options of writing a learned plan. */
export interface PlanTextOptions {
  /** Where requests go: scheme and host, perhaps a path before all others. */
  readonly target: string;
  /** Whether the user named it. */
  readonly isTargetGiven: boolean;
}

const SEGMENTS_SENT = /^(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)$/;
const SAFE = /^(?:GET|HEAD|OPTIONS)$/;

/**
 * A learned plan as a commented config: each number has its evidence beside it,
 * and what cannot be told says so. It contains nothing of a single client.
 */
export function planText(learned: Learned, options: PlanTextOptions): string {
  const { mix, journey } = learned;
  const all = mix?.targets ?? [];
  const targets = all.filter(({ method }) => SEGMENTS_SENT.test(method));
  const names = new Paths();
  const paths = targets.map((target) => names.of(target));
  // States are places among all of them.
  const pathOf = new Map(targets.map((target, i) => [target, paths[i]!]));
  const isVisits = journey?.verdict === "fitted" &&
    journey.visits.length > 0 &&
    journey.visits.every(({ steps }) =>
      steps.every((i) => pathOf.has(all[i]!))
    );
  const perArrival = isVisits ? requestsOf(journey!) : 1;
  const sent = isVisits
    ? journeyLines({ journey: journey!, targets: all, pathOf }, options)
    : targetLines({ learned, targets, paths }, options);
  const sets = paths.flatMap(({ data }) => data === null ? [] : [data]);
  return [
    ...headLines(learned),
    "",
    ...(options.isTargetGiven ? [] : [
      `# ${options.target} is where kar learn sends what it learns: --target names another place`,
    ]),
    ...sent,
    "",
    ...(sets.length === 0 ? [] : [
      "data: # made-up ids, asked for as often as the real ones",
      ...sets.map(({ name, line }) => `  ${name}: ${line}`),
      "",
    ]),
    ...trafficLines(learned, perArrival),
    "",
    "health: { enabled: false } # true asks each target for its health",
    "metrics: { enabled: false } # true serves Prometheus on port 9090",
    "",
  ].join("\n");
}

/** Requests of a visit, as the plan's visits have them. */
function requestsOf({ visits }: JourneyFit): number {
  const weight = visits.reduce((sum, visit) => sum + visit.weight, 0);
  const steps = visits.reduce(
    (sum, visit) => sum + visit.weight * visit.steps.length,
    0,
  );
  return steps / weight;
}

interface Sent {
  readonly targets: readonly MixTarget[];
  readonly paths: readonly PathTemplate[];
}

function targetLines(
  { learned, targets, paths }: Sent & { readonly learned: Learned },
  { target }: PlanTextOptions,
): string[] {
  if (targets.length === 0) {
    const why = learned.mix === null
      ? "counts tell no paths"
      : "no path is known that could be written";
    return [
      "targets:",
      `  - { name: all, url: ${quoted(`${bare(target)}/`)} } # ${why}`,
    ];
  }
  return [
    "targets:",
    ...targets.flatMap((of, i) =>
      [
        `- name: ${quoted(of.name)} # ${evidenceOf(of)}`,
        ...[
          `url: ${quoted(bare(target) + paths[i]!.path)}`,
          ...(of.method === "GET" ? [] : [
            `method: ${of.method}${
              SAFE.test(of.method)
                ? ""
                : " # a log has no bodies: it is sent without one"
            }`,
          ]),
          `weight: ${digits(of.share * 100, 4)}`,
        ].map(indented),
      ].map(indented)
    ),
  ];
}

function evidenceOf({ share, count, statuses }: MixTarget): string {
  const answers = statuses.flatMap((part, hundred) =>
    hundred > 0 && part >= 0.005 ? [`${hundred}xx ${percent(part)}`] : []
  ).join(", ");
  return `${percent(share)}, ${counted(count)} requests${
    answers === "" ? "" : `; answers ${answers}`
  }`;
}

function journeyLines(
  { journey, targets, pathOf }: {
    readonly journey: JourneyFit;
    readonly targets: readonly MixTarget[];
    readonly pathOf: ReadonlyMap<MixTarget, PathTemplate>;
  },
  { target }: PlanTextOptions,
): string[] {
  const think = formatDuration(roundMs(journey.thinkSec));
  const lines = ["journeys:", ...chainLines(journey, targets).map(indented)];
  journey.visits.forEach(({ steps, weight }, v) => {
    lines.push(
      `  - name: visit ${v + 1}`,
      `    base: ${quoted(bare(target))}`,
      `    weight: ${digits(100 * weight)}`,
      "    steps:",
    );
    const used = new Map<number, number>();
    steps.forEach((state, i) => {
      const times = (used.get(state) ?? 0) + 1;
      used.set(state, times);
      const { name, method } = targets[state]!;
      const step = times === 1 ? name : `${name} (${times})`;
      const thinks = i + 1 < steps.length ? `, think: { mean: ${think} }` : "";
      lines.push(
        `      - { name: ${quoted(step)}, ${method.toLowerCase()}: ${
          quoted(pathOf.get(targets[state]!)!.path)
        }${thinks} }`,
      );
    });
  });
  return lines;
}

/** What is asked for next, as it was seen: the evidence for the visits. */
function chainLines(
  { chain, seen, states, apart, sessions, visits }: JourneyFit,
  targets: readonly MixTarget[],
): string[] {
  const nameOf = (state: number) => targets[states[state]!]?.name ?? "end";
  const rows = chain.flatMap((row, state) => {
    const next = row.flatMap((share, to) =>
      share < 0.005 ? [] : [`${nameOf(to)} ${share.toFixed(2)}`]
    ).join(", ");
    // The standard error of a chance is highest at one half.
    const error = 0.5 / Math.sqrt(Math.max(1, seen[state]!));
    return next === "" ? [] : [
      `#   ${nameOf(state)} -> ${next} (± ${
        digits(Math.max(error, 0.001), 1)
      })`,
    ];
  });
  return [
    `# what ${counted(sessions)} visits asked for next:`,
    ...rows,
    `# the ${visits.length} visits below have these chances within ${
      apart.toFixed(2)
    }, and their lengths`,
  ];
}

/** Without the slash that the path begins with. */
function bare(target: string): string {
  return target.replace(/\/+$/, "");
}
