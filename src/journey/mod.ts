/**
 * What an arrival starts when it is more than one request: journeys, declared
 * in the plan and interpreted step by step. A worker holds the journeys of its
 * lanes; its dispatcher sends their requests like all others.
 *
 * @module
 */
export { Captures } from "./capture.ts";
export { Agenda, type Dated } from "./agenda.ts";
export { CookieJar } from "./cookies.ts";
export { ForeseenJourney, unforeseenSteps } from "./draws.ts";
export { Journeys } from "./journeys.ts";
export type { JourneyDispatch } from "./steps/dispatch.ts";
export { capturedBy, isScripted } from "./open_journey.ts";
export { jsonPathOf, openJourneys } from "./open_journeys.ts";
export type { OpenedScript, OpenJourneyPlan } from "./open_plan.ts";
export { SetupValues } from "./setup_values.ts";
