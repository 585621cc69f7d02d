/**
 * Requests before the first arrival whose captured values all others may use;
 * sent once, or again and again.
 *
 * @module
 */
export { openSetup } from "./setup_watch.ts";
