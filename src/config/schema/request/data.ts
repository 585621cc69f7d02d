import * as z from "zod";
import { isGenerator } from "../../../request/mod.ts";
import { type Finding, numberIn, rule, ruleOn, text } from "../fields.ts";

/* Where the values of fields come from. */

const SETS_MAX = 64;
const VALUES_MAX = 10_000;
const NAME_REGEXP = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/;
const NAME_HINT =
  "must be a name of letters, digits, _ and -, beginning with a letter";

const VALUES_HINT =
  "must be text, a number, true or false, or a mapping of names to these";

/** How a file is read. */
const DATA_FORMATS = ["csv", "json", "jsonl", "lines"] as const;

const DataObject = z.strictObject({
  file: text(4096).optional().meta({
    description:
      "File of the rows: .csv with a line of names, .json (a list), .jsonl, or .txt with a value in each line",
  }),
  format: z.enum(DATA_FORMATS).optional().meta({
    description: "How the file is read, where its name does not say it",
  }),
  values: z.array(z.union([
    z.string(),
    z.number(),
    z.boolean(),
    z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  ], { error: VALUES_HINT })).min(1).max(VALUES_MAX).optional().meta({
    description: "The rows themselves, instead of a file",
  }),
  pick: z.enum(["random", "zipf", "in_order", "shuffle"]).default("random")
    .meta({
      description:
        "Which row a request gets: random, zipf (the first most often), in_order, or shuffle (each once before any comes again)",
    }),
  skew: numberIn(0.01, 10).optional().meta({
    description: "Of zipf: row k comes by 1/k^skew; without it, 1",
  }),
  at_end: z.enum(["repeat", "stop"]).optional().meta({
    description:
      "Of in_order and shuffle: what comes after the last row, the first one or nothing (then requests are missed as no_data); without it, repeat",
  }),
  types: z.record(z.string(), z.enum(["number", "boolean"])).default({}).meta({
    description:
      "Columns that json: sends as numbers, true and false instead of text",
  }),
});

type DataInput = z.output<typeof DataObject>;

function oneSource({ file, values, format }: DataInput): Finding[] {
  if ((file === undefined) === (values === undefined)) {
    return [{ path: [], message: "must have either file or values" }];
  }
  return format !== undefined && file === undefined
    ? [{ path: ["format"], message: "must go with file" }]
    : [];
}

function fitting({ pick, skew, at_end }: DataInput): Finding[] {
  const findings: Finding[] = [];
  if (skew !== undefined && pick !== "zipf") {
    findings.push({ path: ["skew"], message: "must go with pick: zipf" });
  }
  if (at_end !== undefined && pick !== "in_order" && pick !== "shuffle") {
    const message = "must go with pick: in_order or shuffle";
    findings.push({ path: ["at_end"], message });
  }
  return findings;
}

const DataSetSchema = DataObject.check(
  ruleOn(["file", "values", "format"], oneSource),
  ruleOn(["pick", "skew", "at_end"], fitting),
);

/** Data sets by name. */
export const DataSchema = z.record(
  z.string().regex(NAME_REGEXP, NAME_HINT)
    .refine(
      (name) => !isGenerator(name),
      "must not be the name of a generator",
    ),
  DataSetSchema,
).check(
  rule((sets: Readonly<Record<string, unknown>>) =>
    Object.keys(sets).length <= SETS_MAX ? [] : [{
      path: [],
      message: `must have at most ${SETS_MAX} data sets`,
    }]
  ),
).meta({
  description:
    "Where fields take their values from: {{NAME.COLUMN}} is a cell of the row that a request gets",
});
