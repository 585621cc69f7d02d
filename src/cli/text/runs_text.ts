import type { Painted } from "../../base/mod.ts";
import {
  compact,
  dim,
  formatBytes,
  paintText,
  roundDuration,
  type Span,
  table,
  type TerminalCaps,
} from "../../report/mod.ts";

/** One record that is kept. */
export type ListedRecord =
  & { readonly name: string; readonly path: string; readonly bytes: number }
  & (
    | {
      readonly kind: "known";
      readonly planId: string;
      readonly begun: string;
      readonly durationMs: number;
      /** A killed one has no end of its own. */
      readonly state: string;
      readonly sent: number;
      readonly ok: number;
      readonly failed: number;
    }
    | { readonly kind: "unreadable"; readonly why: string }
  );

const HEAD = ["begun (UTC)", "length", "state", "sent", "failed", "size"];
/** `2026-11-24T12:00:00Z` to the minute. */
const MINUTE_CHARS = 16;

/** The records that are kept, a line each, and how to read one. */
export function runsText(
  records: readonly ListedRecord[],
  { width, ...caps }: TerminalCaps & { readonly width: number },
): Painted {
  if (records.length === 0) {
    return paintText(
      [
        [
          "No records: a run with a --name keeps one. One of kar run --record FILE is not listed:",
        ],
        ["it lies where FILE says, and kar report FILE shows it"],
      ],
      caps,
      width,
    );
  }
  const lines = [
    ...table(
      [[["title", "run"], ...HEAD.map(dim)], ...records.map(row)],
      width,
    ),
    [],
    [dim("kar report NAME shows the last one of a name; --json has all files")],
  ];
  return paintText(lines, caps, width);
}

function row(record: ListedRecord): Span[] {
  const { name, bytes } = record;
  if (record.kind === "unreadable") return [name, ["error", record.why]];
  const { begun, durationMs, state, sent, failed } = record;
  return [
    name,
    begun.slice(0, MINUTE_CHARS).replace("T", " "),
    roundDuration(durationMs),
    state === "killed" ? ["warn", state] : state,
    compact(sent),
    failed > 0 ? ["error", compact(failed)] : compact(failed),
    formatBytes(bytes),
  ];
}
