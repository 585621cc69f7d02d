import type { Change, Control } from "../../pattern/mod.ts";
import { ARMED } from "../../pattern/mod.ts";
import { SLOT_MS } from "../../base/mod.ts";
import type { PageMark } from "../contract.ts";

/** Marks that a page has: the last ones. */
const MARKS_MAX = 500;

/** What operators and the breaker did, of the states that it led to. */
export function marksOf(changes: readonly Change[]): PageMark[] {
  const marks: PageMark[] = [];
  let before = ARMED;
  for (const { slot, control } of changes) {
    const t = slot * SLOT_MS;
    for (const [kind, text] of between(before, control)) {
      marks.push({ t, kind, text });
    }
    before = control;
  }
  return marks.slice(-MARKS_MAX);
}

type Said = readonly [kind: PageMark["kind"], text: string];

function between(before: Control, now: Control): Said[] {
  return [...states(before, now), ...rates(before, now)];
}

/** What makes the traffic begin and stop. */
function states(before: Control, now: Control): Said[] {
  const said: Said[] = [];
  if (now.firedSlot !== before.firedSlot) said.push(["operator", "fired"]);
  if (now.paused !== before.paused) {
    said.push(["operator", now.paused ? "paused" : "resumed"]);
  }
  if (now.level < before.level) {
    said.push([
      "breaker",
      now.level === 0
        ? "breaker open"
        : `breaker lets ${percent(now.level)} through`,
    ]);
  } else if (now.level > before.level) {
    said.push([
      "breaker",
      now.level === 1
        ? "breaker closed"
        : `breaker lets ${percent(now.level)} through`,
    ]);
  }
  if (now.plan !== before.plan) said.push(["operator", "another plan"]);
  return said;
}

/** What changes how much of it there is. */
function rates(before: Control, now: Control): Said[] {
  const said: Said[] = [];
  for (const key of ["base", "max"] as const) {
    if (Object.is(now[key], before[key])) continue;
    const value = Number.isNaN(now[key]) ? "as planned" : `${now[key]}/s`;
    said.push(["operator", `${key} ${value}`]);
  }
  if (now.scale !== before.scale) said.push(["operator", `scale ${now.scale}`]);
  const last = before.spikes.at(-1);
  for (const spike of now.spikes) {
    const isNew = last === undefined || spike.slot > last.slot;
    if (isNew) said.push(["operator", `spike ×${spike.factor}`]);
  }
  return said;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
