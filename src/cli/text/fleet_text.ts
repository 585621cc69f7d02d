import { isoTime, SLOTS_PER_SEC } from "../../base/mod.ts";
import {
  type FleetRow,
  slotBeginMs,
  type StoredClaim,
} from "../../fleet/mod.ts";
import { TALLY, type Totals } from "../../stats/mod.ts";
import type { PartTold } from "../fleet/told/types.ts";

/** What is known of one part. */
export interface PartRow {
  readonly part: number;
  /** Null = nobody holds it. */
  readonly claim: StoredClaim | null;
  /** What it told last; null = nothing. */
  readonly told: PartTold | null;
  readonly isTelling: boolean;
}

/** What `kar fleet status` shows. */
export interface FleetShown {
  readonly run: string;
  readonly row: FleetRow;
  readonly parts: readonly PartRow[];
  readonly nowSlot: number;
  readonly changes: number;
  /** Null = it has no end yet. */
  readonly endsAt: string | null;
}

/** The status of a fleet's run, for people. */
export function fleetText(shown: FleetShown): string {
  const { run, row, parts, nowSlot, changes, endsAt } = shown;
  const begin = isoTime(slotBeginMs(row, row.fireSlot));
  const began = nowSlot < row.fireSlot ? "begins" : "began";
  const end = endsAt === null ? "" : `, ends at ${endsAt}`;
  const head =
    `${run}: ${row.parts} parts, ${began} at ${begin}${end}; ${changes} ${
      changes === 1 ? "change" : "changes"
    } asked for\n`;
  const rows = parts.map((part) => cellsOf(part, shown));
  const table = [["part", "held by", "state", "due", "sent", "told"], ...rows];
  const widths = table[0]!.map((_, i) =>
    Math.max(...table.map((cells) => cells[i]!.length))
  );
  const lines = table.map((cells) =>
    `  ${cells.map((cell, i) => pad(cell, widths[i]!, i)).join("  ")}`.trimEnd()
  );
  return `${head}${lines.join("\n")}\n`;
}

/** The same for machines. */
export function fleetJson(shown: FleetShown): unknown {
  const { run, row, parts, nowSlot, changes, endsAt } = shown;
  return {
    run,
    id: row.id,
    plan: row.plan,
    begins: isoTime(row.fireMs),
    ends: endsAt,
    changes,
    parts: parts.map((one) => ({
      part: one.part,
      node: one.claim?.node ?? null,
      host: one.claim?.host ?? null,
      ...(one.claim?.unread && { unread: one.claim.unread }),
      state: stateOf(one),
      ...countsOf(one.told),
      behindSec: behindOf(one, nowSlot),
      clockErrorMs: one.told?.errorMs ?? null,
    })),
  };
}

function cellsOf(one: PartRow, { nowSlot }: FleetShown): string[] {
  const { due, sent } = countsOf(one.told);
  const behind = behindOf(one, nowSlot);
  return [
    String(one.part),
    holderOf(one),
    stateOf(one),
    due === null ? "–" : String(due),
    sent === null ? "–" : String(sent),
    behind === null ? "–" : `${behind.toFixed(1)} s ago`,
  ];
}

function holderOf({ claim }: PartRow): string {
  if (claim === null) return "–";
  return claim.unread === undefined
    ? `${claim.node} (${claim.host})`
    : "no claim (unreadable)";
}

function stateOf({ claim, told, isTelling }: PartRow): string {
  if (told?.spans.at(-1)?.isOver) return "ended";
  if (told === null) return claim === null ? "free" : "claimed";
  if (!isTelling) return "silent";
  return told.isAlone ? "alone" : told.moment.state;
}

function behindOf(
  { told }: PartRow,
  nowSlot: number,
): number | null {
  const madeUpTo = told?.spans.at(-1)?.madeUpTo;
  if (madeUpTo === undefined) return null;
  return Math.max(0, (nowSlot - madeUpTo) / SLOTS_PER_SEC);
}

function countsOf(told: PartTold | null) {
  if (told === null) return { due: null, sent: null };
  return {
    due: sumOf(told.totals, TALLY.due),
    sent: sumOf(told.totals, TALLY.sent),
  };
}

/** All arrivals: requests of targets, and journeys. */
function sumOf({ targets, journeys = {} }: Totals, cell: number): number {
  const own = Object.values(targets).filter(({ step }) => step === undefined);
  return [...own, ...Object.values(journeys)]
    .flatMap(({ tallies }) => tallies)
    .reduce((sum, tally) => sum + tally[cell]!, 0);
}

function pad(text: string, width: number, column: number): string {
  return column === 3 || column === 4
    ? text.padStart(width)
    : text.padEnd(width);
}
