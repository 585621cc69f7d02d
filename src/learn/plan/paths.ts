import type { MixTarget } from "../visitors/mix.ts";
import { counted, digits } from "./figures.ts";

/** Rows of ids that a plan lists; of more things only the most frequent are. */
const ROWS_MAX = 500;
/** Below this exponent, ids are about equally likely. */
const SKEW_MIN = 0.2;
const THINGS_DEFAULT = 1000;

/** A path with fields, and the data set that one of them takes its values from. */
export interface PathTemplate {
  readonly path: string;
  /** Null = it needs none. */
  readonly data: { readonly name: string; readonly line: string } | null;
}

/** Paths of targets, with names of data sets that are used once. */
export class Paths {
  readonly #names = new Set<string>();

  /** The path of a target: words as they are, fields for ids. */
  of({ segments, ids, things, name }: MixTarget): PathTemplate {
    const last = segments.findLastIndex(({ kind }) =>
      kind !== "word" && kind !== "rest"
    );
    const kind = segments[last]?.kind;
    const isNamed = kind === "n" || kind === "any" || kind === "text";
    const isZipf = isNamed && ids !== null && ids.skew >= SKEW_MIN;
    const set = isZipf ? this.#free(name) : null;
    const path = segments.map((segment, i) => {
      if (segment.kind === "word") return encoded(segment.text);
      const field = i === last && set !== null
        ? `{{${set}}}`
        : `{{int 1 ${i === last && things > 1 ? things : THINGS_DEFAULT}}}`;
      switch (segment.kind) {
        case "n":
          return field;
        case "uuid":
          return "{{uuid}}";
        case "hex":
          return "{{hex 12}}";
        case "token":
          return "{{hex 32}}";
        case "email":
          return `user${field}@example.com`;
        case "rest":
          return "rest";
        default:
          return `thing-${field}`;
      }
    });
    return {
      path: `/${path.join("/")}`,
      data: set === null ? null : { name: set, line: rowsOf(ids!) },
    };
  }

  #free(name: string): string {
    const base = name.replace(/[^A-Za-z0-9]+/g, "_").replace(/^_|_$/g, "")
      .replace(/^(?=[0-9])/, "d") || "ids";
    const safe = `ids_${base.toLowerCase()}`.slice(0, 40);
    let free = safe;
    for (let n = 2; this.#names.has(free); n++) free = `${safe}_${n}`;
    this.#names.add(free);
    return free;
  }
}

function rowsOf(
  { skew, things }: { readonly skew: number; readonly things: number },
): string {
  const rows = Math.max(2, Math.min(ROWS_MAX, things));
  const values = Array.from({ length: rows }, (_, i) => i + 1).join(", ");
  const more = rows < things ? `; the first ${rows} of them` : "";
  return `{ pick: zipf, skew: ${
    digits(skew)
  }, values: [${values}] } # ± 0.02; about ${counted(things)} things${more}`;
}

/** What a path may hold as it is; the rest is percent-encoded. */
function encoded(text: string): string {
  return text.replace(
    /[^A-Za-z0-9\-._~!&'()*+,;=:@]/g,
    (char) => encodeURIComponent(char),
  );
}
