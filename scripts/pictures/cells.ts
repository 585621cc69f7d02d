/** How a character is shown. */
export interface Look {
  /** `#rrggbb`; undefined: the terminal's own. */
  readonly color?: string | undefined;
  readonly bold?: boolean;
  readonly dim?: boolean;
  /** Colours of text and ground change places. */
  readonly inverse?: boolean;
}

/** A piece of a row that looks alike. */
export interface Run {
  readonly column: number;
  readonly text: string;
  readonly look: Look;
}

/** The sixteen colours of a terminal, a calm set of them. */
const BASIC = [
  ...["#3b4252", "#ff6b6b", "#00d787", "#ffd700"],
  ...["#4a90d9", "#c792ea", "#4fb3e8", "#d8e2ec"],
  ...["#8090a0", "#ff8f8f", "#00ff88", "#ffe566"],
  ...["#87ceeb", "#ddb0ff", "#87ceeb", "#ffffff"],
];
/** Levels of red, green and blue in the colours 16 to 231. */
const LEVELS = [0, 95, 135, 175, 215, 255];

// deno-lint-ignore no-control-regex
const SEQUENCE_REGEXP = /\x1b\[([\d;]*)m/g;

/**
 * One row as `tmux capture-pane -e` gives it, in runs of one look. Every
 * character takes one column, as all of kar's do.
 */
export function runsOf(row: string, start: Look): { runs: Run[]; end: Look } {
  const runs: Run[] = [];
  let look = start;
  let column = 0;
  // Text and codes take turns.
  row.split(SEQUENCE_REGEXP).forEach((part, i) => {
    if (i % 2 === 1) look = lookAfter(look, part);
    else if (part !== "") {
      runs.push({ column, text: part, look });
      column += [...part].length;
    }
  });
  return { runs, end: look };
}

function lookAfter(look: Look, codes: string): Look {
  const left = codes.split(";").map(Number);
  let next = look;
  for (let code = left.shift(); code !== undefined; code = left.shift()) {
    next = code === 38
      ? { ...next, color: longColor(left) }
      : lookWith(next, code);
  }
  return next;
}

function lookWith(look: Look, code: number): Look {
  if (code === 0) return {};
  if (code === 1) return { ...look, bold: true };
  if (code === 2) return { ...look, dim: true };
  if (code === 7) return { ...look, inverse: true };
  if (code === 22) return { ...look, bold: false, dim: false };
  if (code === 27) return { ...look, inverse: false };
  if (code === 39) return { ...look, color: undefined };
  const basic = code >= 90 ? code - 82 : code - 30;
  const isColor = (code >= 30 && code <= 37) || (code >= 90 && code <= 97);
  return isColor ? { ...look, color: BASIC[basic]! } : look;
}

/** `2;R;G;B` or `5;N`, taken off the codes. */
function longColor(left: number[]): string {
  if (left.shift() === 2) return hex(left.splice(0, 3));
  const index = left.shift() ?? 7;
  if (index < 16) return BASIC[index]!;
  if (index >= 232) return hex(Array(3).fill(8 + (index - 232) * 10));
  const cube = index - 16;
  return hex(
    [Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6]
      .map((step) => LEVELS[step]!),
  );
}

function hex(levels: readonly number[]): string {
  const digits = levels.map((level) => level.toString(16).padStart(2, "0"));
  return `#${digits.join("")}`;
}
