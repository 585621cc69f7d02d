/**
 * The messages that viewers of a live page are sent: all of it first, then what
 * is new. Made once for all of them, in whichever thread.
 *
 * @module
 */
export {
  PageMaker,
  type PageOrigin,
  type PagePort,
  type PageWindow,
  portOf,
} from "./maker.ts";
