import { type Snapshot, total } from "../stats/mod.ts";
import {
  countsText,
  dim,
  formatPercent,
  formatRate,
  grouped,
  labelled,
  type Line,
  localTime,
  maxOf,
  resample,
  roundDuration,
  type Section,
  type Span,
  sparkline,
  type Style,
  table,
  wrap,
} from "./format/mod.ts";
import { answersOf, requestsOf } from "./answers.ts";

const LABEL_COLUMNS = 11;
/** Room for a sparkline's label and margins. */
const SPARK_MARGIN = 14;
const SECOND_MS = 1000;
/** Columns of the longest sparkline. */
const SPARK_MAX = 120;

/** Which run this is. */
export function titleSection(snapshot: Snapshot, width: number): Section {
  const { plan, runId, startMs, nowMs, state } = snapshot;
  const { zone, seed } = plan.pattern;
  const from = localTime(startMs, zone, "full");
  const to = localTime(nowMs, zone, "full");
  const span = roundDuration(nowMs - startMs);
  return [
    [["title", "kar report"], `  run ${runId}, ${state}`],
    [dim(`  plan ${plan.planId}, seed ${seed}, ${plan.arrivals} arrivals`)],
    [dim(`  digest ${snapshot.arrivalsDigest}`)],
    [dim(`  ${from} to ${to} ${zone} (${span})`)],
    ...begunLines(snapshot),
    ...insecureLines(snapshot, width),
  ];
}

/** Where plan time was not that of the day. */
function begunLines({ plan, startMs, begunMs }: Snapshot): Line[] {
  if (Math.abs(begunMs - startMs) < SECOND_MS) return [];
  const begun = localTime(begunMs, plan.pattern.zone, "full");
  return [[dim(`  of the plan, sent from ${begun} on`)]];
}

function insecureLines({ plan }: Snapshot, width: number): Line[] {
  const requests = [...plan.targets, ...plan.setup?.requests ?? []];
  const names = requests.filter(({ insecure }) => insecure)
    .map(({ name }) => name);
  if (names.length === 0) return [];
  const text = `INSECURE: TLS was NOT verified for ${
    names.join(", ")
  }. Anyone in between can read and change this traffic.`;
  return wrap(text, width - 2).map((line) => ["  ", ["error", line]]);
}

/** What was due and what became of it. */
export function requestSection(snapshot: Snapshot, width: number): Section {
  const { generator = 0, ...theirs } = snapshot.failed;
  return [
    [["title", "Requests"]],
    ...table(requestRows(snapshot, total(theirs), generator), width),
    ...beforeLines(snapshot, width),
    ...listed("missed", snapshot.missed, width),
    ...listed("failed", theirs, width),
    ...listed("answers", answersOf(requestsOf(snapshot)), width),
  ];
}

/** A process that goes on from another one counts from there, but costs from its own start. */
function beforeLines({ before, startMs, plan }: Snapshot, width: number) {
  if (before === null || before.due === 0) return [];
  const since = localTime(startMs, plan.pattern.zone, "full");
  return labelled(
    "before".padEnd(LABEL_COLUMNS),
    `${grouped(before.due)} of these were due, ${
      grouped(before.sent)
    } sent before this process began at ${since}; rate and cost are its own`,
    width,
  );
}

function requestRows(
  snapshot: Snapshot,
  failed: number,
  generator: number,
): Span[][] {
  const { due, sent, completed, ok, waiting, inFlight } = snapshot;
  const missed = total(snapshot.missed);
  // Padded, so that the percentages stand in one column.
  const ofDue = (n: number) => `${formatPercent(n, due)} of due      `;
  const ofDone = (n: number) => `${formatPercent(n, completed)} of completed`;
  const rows = [
    row("due", due),
    row("sent", sent, { aside: ofDue(sent) }),
    row("missed", missed, { aside: ofDue(missed), style: "warn" }),
    row("ok", ok, { aside: ofDone(ok), style: "ok" }),
    row("failed", failed, { aside: ofDone(failed), style: "error" }),
  ];
  const aside = "not the target's";
  if (generator > 0) {
    rows.push(row("kar's fault", generator, { aside, style: "error" }));
  }
  if (snapshot.plan.journeys !== undefined) {
    const aside = "with all steps of journeys";
    rows.push(row("requests", snapshot.requests, { aside }));
  }
  if (waiting > 0) rows.push(row("waiting", waiting));
  if (inFlight > 0) rows.push(row("in flight", inFlight));
  return rows;
}

function row(
  label: string,
  count: number,
  { aside = "", style }: { aside?: string; style?: Style } = {},
): Span[] {
  const text = grouped(count);
  const number: Span = style !== undefined && count > 0 ? [style, text] : text;
  return [`  ${label.padEnd(LABEL_COLUMNS)}`, number, dim(aside)];
}

function listed(
  label: string,
  counts: Readonly<Record<string, number>>,
  width: number,
): Line[] {
  const text = countsText(counts);
  return text === "" ? [] : labelled(label.padEnd(LABEL_COLUMNS), text, width);
}

/** Planned against achieved, on one scale. */
export function rateSection(snapshot: Snapshot, width: number): Section {
  const { steps, stepMs } = snapshot;
  if (steps.length === 0) return [];
  const perSec = (count: number) => count * 1000 / stepMs;
  const columns = Math.min(SPARK_MAX, width - SPARK_MARGIN);
  const planned = steps.map((step) => perSec(step.planned));
  const sent = steps.map((step) => perSec(step.sent));
  const curves = [["planned", planned], ["sent", sent]] as const;
  const shown = curves.map(([name, rates]) =>
    [name, resample(rates, columns)] as const
  );
  const max = maxOf(shown.flatMap(([, rates]) => rates));
  const sum = (rates: readonly number[]) =>
    rates.reduce((sum, rate) => sum + rate, 0) * stepMs / 1000;
  const share = formatPercent(sum(sent), sum(planned));
  // A Poisson process comes to a little more or less than its mean.
  const about = snapshot.plan.arrivals === "uniform" ? "" : "about ";
  return [
    [
      ["title", "Rate"],
      `  planned ${about}${grouped(sum(planned))} requests, sent ${
        grouped(sum(sent))
      } (${share})`,
      dim(`, peak ${formatRate(maxOf(sent))}`),
    ],
    ...shown.map(([name, rates]): Line => [
      dim(`  ${name.padEnd(LABEL_COLUMNS)}`),
      ["accent", sparkline(rates, max)],
    ]),
  ];
}
