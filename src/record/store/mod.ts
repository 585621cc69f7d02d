/**
 * The file: its tables, what is written into them and what is read.
 *
 * @module
 */
export {
  closeWritten,
  isFull,
  numberOf,
  openToRead,
  openToWrite,
} from "./database.ts";
export { readingOf } from "./damage.ts";
export { firstBefore, rungsIn } from "./ladder.ts";
export { plansIn } from "./plan_rows.ts";
export {
  type AnswerRow,
  type GeneratorRow,
  RowReader,
  type StepRow,
  type WholeRow,
} from "./row_reader.ts";
export {
  changesIn,
  countedToMs,
  endingIn,
  type Note,
  notesIn,
  type RunRow,
  RunRows,
  runsIn,
  samplesIn,
} from "./run_rows.ts";
export { spikesIn } from "./verdict_rows.ts";
export { Store, storedSum } from "./store.ts";
