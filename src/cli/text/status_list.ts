import type { Painted } from "../../base/mod.ts";
import type { Status } from "../../daemon/ask/mod.ts";
import {
  compact,
  dim,
  formatMs,
  formatRate,
  paintText,
  type Span,
  stateStyle,
  table,
  type TerminalCaps,
} from "../../report/mod.ts";
import { elapsedOf } from "./status_text.ts";

/** One of several runs. */
export type Listed =
  | { readonly name: string; readonly kind: "known"; readonly status: Status }
  /** It did not answer. */
  | { readonly name: string; readonly kind: "silent"; readonly why: string };

const HEAD = [
  "state",
  "time",
  "sent/s",
  "planned",
  "sent",
  "failed",
  "missed",
  "p99 10s",
];

/** How several runs go, a line each. */
export function statusListText(
  runs: readonly Listed[],
  { width, ...caps }: TerminalCaps & { readonly width: number },
): Painted {
  const lines = [
    ...table([[["title", "run"], ...HEAD.map(dim)], ...runs.map(row)], width),
    [],
    [dim("kar status --name NAME shows one of them")],
  ];
  return paintText(lines, caps, width);
}

function row(run: Listed): Span[] {
  if (run.kind === "silent") return [run.name, ["error", "no answer"]];
  const { status } = run;
  const { state, completed, ok } = status;
  const failed = completed - ok;
  const missed = Object.values(status.missed)
    .reduce((sum, count) => sum + count, 0);
  return [
    run.name,
    [stateStyle(state), state],
    elapsedOf(status).replace(/ of .*/, "").replace("begins in", "in"),
    formatRate(status.sentRate),
    formatRate(status.plannedRate),
    compact(status.sent),
    failed > 0 ? ["error", compact(failed)] : compact(failed),
    missed > 0 ? ["warn", compact(missed)] : compact(missed),
    formatMs(status.recent?.p99Ms ?? null),
  ];
}
