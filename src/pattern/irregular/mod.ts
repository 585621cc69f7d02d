/**
 * Named irregularities: what happens to services again and again, each as a
 * formula of time. A kind is a file that makes a shape, slot by slot from the
 * begin of an occurrence; the component `irregular` adds all of them up.
 *
 * @module
 */
export { cronSlots } from "./cron.ts";
export { instantOf } from "./occurrences.ts";
export { OpenIrregularity } from "./open.ts";
export { retrySlots } from "./retry.ts";
export * from "./types.ts";
