import { KarError } from "../../base/mod.ts";
import type { DataSet } from "../data/mod.ts";
import { ArrivalDraws } from "../draws.ts";
import type { Making } from "./making.ts";

/** What the fields of requests are drawn from. */
export interface FieldSources {
  readonly data: ReadonlyMap<string, DataSet>;
  /** What is in the files that bodies name. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Names that a journey has captured before, in the order of `Vars`. */
  readonly variables: readonly string[];
  /** Bytes at which captured values are cut. */
  readonly captureBytes: number;
  /** Bytes that a rendered request may have: `limits.max_request_bytes`. */
  readonly maxRequestBytes: number;
  /** The draws of whatever arrival is being written. */
  readonly draws: ArrivalDraws;
}

/** Whose texts are made, and of what. */
export interface MakingOptions {
  /** The target's, for messages. */
  readonly name: string;
  /** Names the draws: the target, or the step of a journey. */
  readonly step: string;
  readonly expand: (text: string) => string;
  readonly sources: FieldSources;
}

/** What making the texts of a request needs. */
export function makingOf(
  { name, step, expand, sources }: MakingOptions,
): Making {
  const columns = [...sources.data].map(([name, { table }]) =>
    [name, table.columns] as const
  );
  return {
    names: {
      data: new Map(columns),
      variables: new Set(sources.variables),
    },
    compile: {
      ...sources,
      variables: new Map(sources.variables.map((name, i) => [name, i])),
      expand,
      rows: new Map(),
      uses: [],
      cells: [],
    },
    step,
    files: sources.files,
    wrong: (where, message) => {
      throw new KarError("config", `target ${name}: ${where} ${message}`);
    },
  };
}

/** Without a plan there is neither data nor chance: what is asked for health has no fields. */
export const NO_FIELD_SOURCES: FieldSources = {
  data: new Map(),
  files: new Map(),
  variables: [],
  captureBytes: 0,
  maxRequestBytes: 2 ** 20,
  draws: new ArrivalDraws(0, () => NaN),
};
