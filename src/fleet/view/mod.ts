/**
 * What parts of a fleet's run came to together: from plan, events and what was
 * told, what every part did and what nobody has told of.
 *
 * @module
 */
export { Dues, type FleetTraffic, fleetTraffic } from "./dues.ts";
export {
  commonEvents,
  type FleetRunOf,
  isPossible,
  mergeParts,
  newest,
  type ViewAsked,
} from "./merge_parts.ts";
