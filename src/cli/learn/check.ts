import type { Learned } from "../../learn/mod.ts";
import { checkPlan, type CheckRow } from "../../learn/mod.ts";
import type { Plan } from "../../plan/mod.ts";

/** The dispersion of log and plan beside each other, by scale. */
export function checkText(learned: Learned, plan: Plan): string {
  const rows = checkPlan(learned, plan);
  const lines = rows.map((row) =>
    `  ${scale(row.sec).padEnd(8)}${figure(row.log)}${figure(row.middle)}  ${
      figure(row.low).trim()
    } … ${figure(row.high).trim()}${outside(row)}`
  );
  return [
    "Counts vary by so many times chance (variance / mean), log beside plan",
    "(the plan simulated 20 times: its middle, its lowest and highest):",
    "",
    `  ${"scale".padEnd(8)}${"log".padStart(10)}${
      "plan".padStart(10)
    }  20 times`,
    ...lines,
    "",
  ].join("\n");
}

function scale(sec: number): string {
  if (sec < 1) return `${sec * 1000} ms`;
  if (sec < 60) return `${sec} s`;
  if (sec < 3600) return `${sec / 60} min`;
  return sec < 86_400 ? `${sec / 3600} h` : `${sec / 86_400} d`;
}

function figure(value: number): string {
  const text = Number.isNaN(value) ? "–" : String(Number(value.toPrecision(3)));
  return text.padStart(10);
}

function outside({ log, low, high }: CheckRow): string {
  if (Number.isNaN(log) || Number.isNaN(low)) return "";
  if (log < low) return "  the plan varies more";
  return log > high ? "  the plan varies less" : "";
}
