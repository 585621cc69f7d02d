import type { PageData } from "../../contract.ts";
import { box, el } from "../dom.ts";
import { count, ms, percent, span, type Times } from "../format.ts";

/** One of the numbers that everybody asks for. */
interface Fact {
  readonly name: string;
  readonly value: string;
  readonly path?: string;
  readonly more: string;
  /** The same for the run that is laid over this one. */
  readonly other?: string;
}

/** More of them are written smaller: a year has billions of requests. */
const CHARS_MAX = 10;

const WORDS = {
  pass: "PASS",
  fail: "FAIL",
  stopped: "STOPPED",
  invalid: "NOT TO BE TRUSTED",
  unknown: "UNKNOWN",
  done: "DONE",
  running: "RUNNING",
} as const;

/** The result, in words and six numbers. */
export function verdictBlock(
  data: PageData,
  other: PageData | null,
): HTMLElement {
  const { word, text } = data.verdict;
  const { state } = data.report;
  const said = word === "running" ? state.toUpperCase() : WORDS[word];
  const line = box(
    "p",
    "verdict",
    el("strong", said, { class: `word ${word}` }),
    el("span", sentence(data, text)),
  );
  line.setAttribute("role", "status");
  const facts = factsOf(data);
  const others = other && factsOf(other);
  return box(
    "section",
    "",
    line,
    box(
      "dl",
      "facts",
      ...facts.map((fact, i) =>
        factOf(others ? { ...fact, other: others[i]!.value } : fact)
      ),
    ),
  );
}

function sentence({ report }: PageData, text: string): string {
  if (report.state === "armed") return "Ready, and sending nothing yet.";
  if (report.state !== "stopped" && report.due === 0) {
    return "Nothing was due yet.";
  }
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function factsOf({ report }: PageData): Fact[] {
  const { due, sent, ok, completed, latency } = report;
  const sum = (counts: Readonly<Record<string, number | undefined>>) =>
    Object.values(counts).reduce<number>((all, n) => all + (n ?? 0), 0);
  const missed = sum(report.missed);
  return [
    { name: "Due", value: count(due), path: "due", more: "by the plan" },
    {
      name: "Sent",
      value: count(sent),
      path: "sent",
      more: missed === 0 ? "none missed" : `${count(missed)} missed`,
    },
    {
      name: "Good answers",
      value: percent(ok, completed),
      more: `${count(sum(report.failed))} failed`,
    },
    {
      name: "Response p50",
      value: ms(latency.response.p50Ms),
      path: "latency.response.p50Ms",
      more: "since it was due",
    },
    {
      name: "Response p99",
      value: ms(latency.response.p99Ms),
      path: "latency.response.p99Ms",
      more: `at most ${ms(latency.response.maxMs)}`,
    },
    {
      name: "Send lag p99",
      value: ms(latency.sendLag.p99Ms),
      path: "latency.sendLag.p99Ms",
      more: "kar's own lateness",
    },
  ];
}

function factOf({ name, value, more, other, path }: Fact): HTMLElement {
  const beside = other === undefined
    ? []
    : [el("dd", `${other} in the other run`, { class: "more other" })];
  return box(
    "div",
    "",
    el("dt", name),
    el("dd", value, {
      ...(path !== undefined && { path }),
      ...(value.length > CHARS_MAX && { class: "long" }),
    }),
    el("dd", more, { class: "more" }),
    ...beside,
  );
}

/** Which run this is: when it began, for how long, where it stands. */
export function titleOf({ report, span: { zone } }: PageData, times: Times) {
  const began = `${times.full(Date.parse(report.start))} ${zone}`;
  return `${began}, ${span(report.durationMs)}`;
}
