import * as z from "zod";
import { size, wholeIn } from "./fields.ts";

/** Records of one name that are kept at most. */
const KEPT_MAX = 1000;

/** The record of a run with a name. */
export const RecordSchema = z.strictObject({
  enabled: z.boolean().default(true).meta({
    description:
      "Whether a run with a name keeps a record under kar's state folder; --record FILE keeps one at any rate",
  }),
  max_size: size("1MiB", "1TiB").prefault("1GiB").meta({
    description:
      "Size of a record at most; before that, the oldest of what takes most room goes",
  }),
  keep: wholeIn(1, KEPT_MAX).default(20).meta({
    description: "Records that are kept of each name; the oldest go first",
  }),
}).prefault({}).meta({
  description: "What is kept of a run with a name, for reports and comparisons",
});
