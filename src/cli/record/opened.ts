import { RecordReader } from "../../record/mod.ts";
import type { System } from "../system.ts";
import { findRecord } from "./find.ts";

/**
 * Opens the records that some words mean, for as long as `use` takes.
 *
 * @throws {KarError} when there is none of that name, or it cannot be read
 */
export async function withRecords<Result>(
  system: System,
  words: readonly string[],
  use: (records: readonly RecordReader[]) => Promise<Result>,
): Promise<Result> {
  const records: RecordReader[] = [];
  try {
    for (const word of words) {
      records.push(new RecordReader(await findRecord(system, word)));
    }
    return await use(records);
  } finally {
    for (const record of records) record.close();
  }
}
