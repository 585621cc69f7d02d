import type { PageData, PageReport } from "../../contract.ts";
import { box, type Cell, el, folded, table } from "../dom.ts";
import { count, ms, percent, type Times } from "../format.ts";

type LatencyTable = PageReport["latency"]["response"];

/** Percentiles of a table, by their keys in the report. */
const PERCENTILES = [
  ["p50", "p50Ms"],
  ["p90", "p90Ms"],
  ["p95", "p95Ms"],
  ["p99", "p99Ms"],
  ["p99.9", "p999Ms"],
  ["max", "maxMs"],
] as const satisfies readonly (readonly [string, keyof LatencyTable])[];

/** A target or a step of a journey, and where it stands in the report. */
interface ReportSender {
  readonly name: string;
  readonly path: string;
  readonly part: PageReport["targets"][number];
}

function sendersOf({ targets, journeys = [] }: PageReport): ReportSender[] {
  return [
    ...targets.map((part, i) => ({
      name: part.name,
      path: `targets.${i}.`,
      part,
    })),
    ...journeys.flatMap(({ name, steps }, i) =>
      steps.map((part, k) => ({
        name: `${name}/${part.name}`,
        path: `journeys.${i}.steps.${k}.`,
        part,
      }))
    ),
  ];
}

/** Counts and response times of each phase and each target. */
export function partsTable({ report }: PageData): HTMLElement {
  const head = [
    "part",
    "due",
    "sent",
    "good answers",
    ...PERCENTILES.map(([name]) => name),
  ];
  const rows = [
    rowOf("everything", "", report),
    ...report.phases.map((part, i) => rowOf(part.phase, `phases.${i}.`, part)),
    ...(report.scenarios ?? []).map((part, i) =>
      rowOf(`scenario ${part.scenario}`, `scenarios.${i}.`, part)
    ),
    ...sendersOf(report).map(({ name, path, part }) => rowOf(name, path, part)),
  ];
  return table("By phase and target", head, rows);
}

interface CountedRow {
  readonly due: number;
  readonly sent: number;
  readonly ok: number;
  readonly completed: number;
  readonly latency: { readonly response: LatencyTable };
}

function rowOf(name: string, path: string, part: CountedRow): Cell[] {
  const times = part.latency.response;
  return [
    { text: name },
    { text: count(part.due), path: `${path}due` },
    { text: count(part.sent), path: `${path}sent` },
    { text: percent(part.ok, part.completed) },
    ...PERCENTILES.map(([, key]) => ({
      text: ms(times[key]),
      path: `${path}latency.response.${key}`,
    })),
  ];
}

/** Why requests failed, in the words of whoever refused them. */
export function reasonsTable({ report }: PageData): HTMLElement | null {
  const rows = sendersOf(report).flatMap(({ name, path, part: { reasons } }) =>
    reasons.map(({ kind, code, reason, count: n }, i): Cell[] => [
      { text: name },
      { text: code === null ? kind : `${kind} ${code}` },
      { text: count(n), path: `${path}reasons.${i}.count` },
      { text: reason, class: "words" },
    ])
  );
  if (rows.length === 0) return null;
  return table(
    "Why requests failed",
    ["target", "kind", "count", "reason"],
    rows,
  );
}

/** Everything that was counted at the end of a request, by kind and by code. */
export function endsTable({ report }: PageData): HTMLElement {
  const rows: Cell[][] = [
    ...Object.entries(report.status).map(([code, n]) => [
      { text: `answer ${code}` },
      { text: count(n), path: `status.${code}` },
    ]),
    ...Object.entries(report.failed).map(([kind, n]) => [
      { text: `failed: ${kind}` },
      { text: count(n ?? 0), path: `failed.${kind}` },
    ]),
    ...Object.entries(report.missed).map(([why, n]) => [
      { text: `missed: ${why}` },
      { text: count(n ?? 0), path: `missed.${why}` },
    ]),
  ];
  return table("How requests ended", ["end", "count"], rows);
}

/** What happened, and what one should know of the run. */
export function eventsList({ events, report }: PageData, times: Times): Node {
  const list = el("ol", "", { class: "events" });
  for (const warning of report.warnings) {
    list.append(
      box("li", "warn", el("span", "note", { class: "when" }), warning),
    );
  }
  for (const { t, level, text } of events) {
    const when = el("time", times.second(t), { class: "when" });
    when.dateTime = new Date(t).toISOString();
    list.append(box("li", level, when, text));
  }
  return list.childElementCount > 0
    ? list
    : el("p", "Nothing out of the ordinary.");
}

/** Plan and identity: what one needs to send the same again. */
export function configBlock({ config, report }: PageData): HTMLElement {
  const facts = [
    ["run", report.runId, "runId"],
    ["plan", report.planId, "planId"],
    ["seed", String(report.seed), "seed"],
    ["arrivals", report.arrivalsDigest, "arrivalsDigest"],
  ] as const;
  const list = box(
    "p",
    "ids",
    ...facts.flatMap(([name, value, path]) => [
      `${name} `,
      el("code", value, { path }),
      " ",
    ]),
  );
  return box("div", "", list, folded("The plan", el("pre", config)));
}
