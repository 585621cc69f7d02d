/**
 * The result of all parts of a fleet's run: from plan, events and messages,
 * what every part did and what no part has reported.
 *
 * @module
 */
export { Dues, fleetTraffic } from "./dues.ts";
export { commonEvents, isPossible, mergeParts, newest } from "./merge_parts.ts";
