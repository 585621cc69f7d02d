import {
  ArrivalDraws,
  type DataSet,
  type DrawKey,
  openRows,
  type Rows,
  streamOf,
} from "../request/mod.ts";
import type { ScriptRow } from "./types.ts";

/** The rows of the data sets that a script names: one for each arrival, as templates have them. */
export class ScriptRows {
  readonly #draws: ArrivalDraws;
  readonly #sets: readonly { readonly set: DataSet; readonly rows: Rows }[];

  constructor(data: readonly DataSet[], seed: number) {
    this.#draws = new ArrivalDraws(seed, () => 0);
    this.#sets = data.map((set) => ({
      set,
      rows: openRows(set, streamOf("data", set.name)),
    }));
  }

  /** The rows of one arrival, by the names of their sets. */
  of(key: Omit<DrawKey, "iteration" | "vars">): Record<string, ScriptRow> {
    this.#draws.begin({ ...key, iteration: 0, vars: null });
    return Object.fromEntries(
      this.#sets.map(({ set, rows }) =>
        [set.name, rowOf(set, rows.row(this.#draws))] as const
      ),
    );
  }
}

function rowOf({ table, types }: DataSet, row: number): ScriptRow {
  const cells: Record<string, string | number | boolean> = {};
  const { columns, ends, bytes } = table;
  columns.forEach((column, i) => {
    const cell = row * columns.length + i;
    const from = cell === 0 ? 0 : ends[cell - 1]!;
    // What is shared is no input of a decoder.
    const text = new TextDecoder().decode(bytes.slice(from, ends[cell]!));
    cells[column] = types[column] === "number"
      ? Number(text)
      : types[column] === "boolean"
      ? text === "true"
      : text;
  });
  return cells;
}
