/**
 * What a worker keeps of single requests.
 *
 * @module
 */
export { SampleNotes } from "./sample_notes.ts";
