/**
 * Asking all parts of a run for a change: dates that all can keep, who has not
 * confirmed, and what parts say of a plan before it is asked for.
 *
 * @module
 */
export * from "./author.ts";
export * from "./offer.ts";
