import { formatDuration } from "../../base/mod.ts";
import { grouped } from "./numbers.ts";
import { type Line, lineWidth, type Span } from "./paint.ts";
import { widthOf, wrap } from "./width.ts";

/** One part of a text report, without blank lines around it; empty when it has nothing to say. */
export type Section = readonly Line[];

/** A piece in the colour of what is not the point. */
export function dim(text: string): Span {
  return ["dim", text];
}

/** Counts by name, the largest first: `200 ×13,981 · 503 ×31`. */
export function countsText(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .sort((a, b) => b[1] - a[1])
    .map(([name, count]) => `${name} ×${grouped(count)}`)
    .join(" · ");
}

/** A duration without digits that nobody needs: whole seconds from ten on. */
export function roundDuration(ms: number): string {
  const unit = ms < 10_000 ? 1 : 1000;
  return formatDuration(Math.round(ms / unit) * unit);
}

/** A label, and a text that is wrapped beside it. */
export function labelled(label: string, text: string, width: number): Line[] {
  const lead = `  ${label} `;
  const indent = " ".repeat(widthOf(lead));
  return wrap(text, width - indent.length).map((line, i) => [
    dim(i === 0 ? lead : indent),
    line,
  ]);
}

/** Texts as a list, each wrapped beside its dash. */
export function bullets(items: readonly string[], width: number): Line[] {
  return items.flatMap((item) => labelled("-", item, width));
}

/** One line to the left and one to the right edge; the right one goes where there is no room for both. */
export function spread(left: Line, right: Line, columns: number): Line {
  const gap = columns - lineWidth(left) - lineWidth(right) - 1;
  return gap < 1 ? left : [...left, " ".repeat(gap), ...right];
}
