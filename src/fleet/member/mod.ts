/**
 * A member of a fleet: keeps to the horizon of its bus, hands events to what
 * sends before their slots, and tells what was sent.
 *
 * @module
 */
export { AwakeTime } from "./awake.ts";
export { tellLast } from "./last_word.ts";
export { FleetMember } from "./member.ts";
export type * from "./sender.ts";
