import type { DraftTraffic } from "../draft/mod.ts";

/** Requests a second where nobody has said how many. */
const RATE = 10;

/** What is sent of something that says nothing of how much. */
export const IMPORTED_TRAFFIC: DraftTraffic = {
  rate: RATE,
  max: RATE,
  spikes: null,
  isQuiet: true,
};
