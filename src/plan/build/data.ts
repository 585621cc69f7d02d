import type { Config } from "../../config/mod.ts";
import type { RowPick } from "../../request/mod.ts";
import type { DataFormat, DataPlan } from "../types.ts";

type DataConfig = NonNullable<Config["data"]>[string];

/** By the end of a file's name. */
const FORMATS: Readonly<Record<string, DataFormat>> = {
  csv: "csv",
  json: "json",
  jsonl: "jsonl",
  ndjson: "jsonl",
};

/**
 * The data sets of a config.
 *
 * @param digests SHA-256 of the files that were read, by the names of the sets
 */
export function dataOf(
  data: Readonly<Record<string, DataConfig>>,
  digests: ReadonlyMap<string, string>,
): DataPlan[] {
  return Object.entries(data).map(([name, set]) => {
    const digest = digests.get(name);
    return {
      name,
      source: sourceOf(set),
      pick: pickOf(set),
      types: set.types,
      ...(digest !== undefined && { digest }),
    };
  });
}

function sourceOf(
  { file, format, values }: DataConfig,
): DataPlan["source"] {
  return file === undefined
    ? { kind: "values", values: values ?? [] }
    : { kind: "file", file, format: format ?? formatOf(file) };
}

/** What is not a known kind of file has a value in each line. */
function formatOf(file: string): DataFormat {
  const end = file.slice(file.lastIndexOf(".") + 1).toLowerCase();
  return FORMATS[end] ?? "lines";
}

function pickOf({ pick, skew = 1, at_end: atEnd = "repeat" }: DataConfig) {
  const picks: Readonly<Record<DataConfig["pick"], RowPick>> = {
    random: { kind: "random" },
    zipf: { kind: "zipf", skew },
    in_order: { kind: "in_order", atEnd },
    shuffle: { kind: "shuffle", atEnd },
  };
  return picks[pick];
}
