/**
 * What happens before the first arrival: requests whose captured values hold
 * for all others, done once and again after some time.
 *
 * @module
 */
export { openSetup, type SetupOptions } from "./setup_watch.ts";
