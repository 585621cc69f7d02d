/** What is wrong with a threshold; everybody else gets it as a value. */
export class Wrong extends Error {}

/** The pieces of a threshold, as they were written. */
export interface Pieces {
  /** With its dots: `response.p99.9`. */
  readonly measure: string;
  readonly select: readonly (readonly [key: string, value: string])[];
  readonly operator: string;
  readonly limit: string;
  readonly over: string | null;
  readonly times: string | null;
  readonly action: string | null;
}

/** How a threshold is written, for who wrote something else. */
export const FORM =
  "write it like response.p99{target=api} < 250ms over 1m for 3 -> stop";

const HEAD =
  /^([^\s{}<>=!]+)\s*(\{[^{}]*\})?\s*(<=|>=|==|<|>)\s*((?:(?!->)[^\s<>=])+)/;
const REST: readonly (readonly [keyof Pieces, RegExp, string])[] = [
  [
    "over",
    /^over(?:\s+([^\s<>-]+))?/,
    "over needs a duration such as over 10s",
  ],
  [
    "times",
    /^for(?:\s+([^\s<>-]+))?/,
    "for needs a number of windows such as for 3",
  ],
  ["action", /^->(?:\s*(\S+))?/, "-> needs an action such as -> stop"],
];

/**
 * Cuts a threshold into its pieces.
 *
 * @throws {Wrong} where it has not this form
 */
export function scan(text: string): Pieces {
  const head = HEAD.exec(text.trim());
  if (head === null) throw new Wrong(headComplaint(text.trim()));
  const pieces = {
    measure: head[1]!,
    select: head[2] === undefined ? [] : pairsOf(head[2].slice(1, -1)),
    operator: head[3]!,
    limit: head[4]!,
    over: null as string | null,
    times: null as string | null,
    action: null as string | null,
  };
  let rest = text.trim().slice(head[0].length).trim();
  for (const [name, pattern, complaint] of REST) {
    const match = pattern.exec(rest);
    if (match === null) continue;
    if (match[1] === undefined) throw new Wrong(complaint);
    Object.assign(pieces, { [name]: match[1] });
    rest = rest.slice(match[0].length).trim();
  }
  if (rest !== "") throw new Wrong(`"${rest}" cannot be read here: ${FORM}`);
  return pieces;
}

function headComplaint(text: string): string {
  if (text === "") return `is empty: ${FORM}`;
  if (!/[<>=]/.test(text.replace(/\{[^{}]*\}/, "").replace("->", ""))) {
    return `has nothing to hold it against: ${FORM}`;
  }
  const sign = /(?:=<|=>|!=|<>|(?<![<>=!])=(?!=))/.exec(
    text.replace(/\{[^{}]*\}/, ""),
  )?.[0];
  return sign === undefined
    ? `cannot be read: ${FORM}`
    : `"${sign}" is not a comparison: write <, <=, ==, >= or >`;
}

function pairsOf(text: string): (readonly [string, string])[] {
  if (text.trim() === "") throw new Wrong("{} selects nothing: leave it out");
  return text.split(",").map((pair) => {
    const at = pair.indexOf("=");
    const key = pair.slice(0, at).trim();
    const value = pair.slice(at + 1).trim();
    if (at < 0 || key === "" || value === "") {
      throw new Wrong(`{${pair.trim()}} must be like {target=api}`);
    }
    return [key, value];
  });
}
