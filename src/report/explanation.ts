import { joined, type Painted, plain } from "../base/mod.ts";
import type { Explanation } from "../pattern/mod.ts";
import {
  clean,
  fit,
  formatRate,
  type Line,
  localTime,
  paintLine,
  type TerminalCaps,
  wrap,
} from "./format/mod.ts";

/** How an explanation is drawn. */
export interface ExplanationOptions extends TerminalCaps {
  readonly zone: string;
  readonly width: number;
}

const NAME_WIDTH = 11;
const VALUE_WIDTH = 9;
/** Columns before the reason. */
const REASON_AT = NAME_WIDTH + VALUE_WIDTH + 4;
const REASON_WIDTH_MIN = 20;

/**
 * Why the rate is what it is, factor by factor:
 *
 * ```
 *   base             100  a second, as planned
 *   × ramp             1  the ramp is over
 *   × schedule       1.5  Mon 09:30 in Europe/Berlin: rule 1 of 2: …
 *   = rate           150  a second, phase baseline
 * ```
 */
export function explanationText(
  explanation: Explanation,
  { zone, width, ...caps }: ExplanationOptions,
): Painted {
  const { timeMs, rate, base, max, isBaseSet, isMaxSet, phase } = explanation;
  const uncut = explanation.factors.reduce((x, { value }) => x * value, base);
  const rows: (readonly [name: string, value: string, why: string])[] = [
    ["base", formatRate(base), setBy(isBaseSet)],
    ...explanation.factors.map(({ name, value, why }) =>
      [`× ${name}`, String(Number(value.toPrecision(4))), why] as const
    ),
    ...(uncut > max
      ? [["at most", formatRate(max), setBy(isMaxSet)] as const]
      : []),
    ["= rate", formatRate(rate), `phase ${phase}`],
  ];
  const lines: Line[] = [
    [["title", localTime(timeMs, zone, "full")], ["dim", `  ${zone}`]],
    ...rows.flatMap((row) => rowLines(row, width)),
  ];
  return joined(
    lines.map((line) => joined([paintLine(line, caps, width), plain("\n")])),
  );
}

function setBy(isSet: boolean): string {
  return isSet ? "set by an operator" : "as planned";
}

function rowLines(
  [name, value, why]: readonly [name: string, value: string, why: string],
  width: number,
): Line[] {
  const room = Math.max(REASON_WIDTH_MIN, width - REASON_AT);
  const [first = "", ...rest] = wrap(clean(why), room);
  return [
    [
      "  ",
      fit(name, NAME_WIDTH, "left"),
      fit(value, VALUE_WIDTH, "right"),
      ["dim", `  ${first}`],
    ],
    ...rest.map((text): Line => [" ".repeat(REASON_AT), ["dim", text]]),
  ];
}
