/** A multiplier for some hours of the day. */
export interface HourRule {
  /** 0 to 23, in the order in which they pass. */
  readonly hours: readonly number[];
  readonly multiplier: number;
}

/** Rules, or why a text is none. */
export type ScheduleText =
  | { readonly kind: "rules"; readonly rules: readonly HourRule[] }
  | { readonly kind: "complaint"; readonly message: string };

const HOURS = 24;
const RULE_REGEXP = /^(\d{1,2})(?:\s*-\s*(\d{1,2}))?\s*:\s*(\d+(?:\.\d+)?)$/;

/**
 * Reads a schedule such as `9-17:1.5, 0-5:0.3`: the rate is multiplied by 1.5
 * from 9:00 to 17:59 and by 0.3 from 0:00 to 5:59. Both hours are included,
 * and `22-5` runs past midnight. An empty text is an empty schedule.
 */
export function parseScheduleText(text: string): ScheduleText {
  const rules: HourRule[] = [];
  if (text.trim() === "") return { kind: "rules", rules };
  for (const part of text.split(",").map((part) => part.trim())) {
    const match = RULE_REGEXP.exec(part);
    if (match === null) return malformed(part);
    const from = Number(match[1]);
    const to = Number(match[2] ?? match[1]);
    if (from >= HOURS || to >= HOURS) {
      const message = `must have hours from 0 to 23, got ${
        JSON.stringify(part)
      }`;
      return { kind: "complaint", message };
    }
    rules.push({ hours: hoursBetween(from, to), multiplier: Number(match[3]) });
  }
  return { kind: "rules", rules };
}

function hoursBetween(from: number, to: number): number[] {
  const count = (to - from + HOURS) % HOURS + 1;
  return Array.from({ length: count }, (_, i) => (from + i) % HOURS);
}

function malformed(part: string): ScheduleText {
  return {
    kind: "complaint",
    message: `must be hours:multiplier such as 9-17:1.5, 0-5:0.3, got ${
      JSON.stringify(part)
    }`,
  };
}
