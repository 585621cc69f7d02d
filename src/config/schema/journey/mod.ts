/**
 * Journeys as the user writes them.
 *
 * @module
 */
export { JourneysSchema } from "./journey.ts";
export { SetupSchema } from "./setup.ts";
export { SENT_RULES, TargetsSchema } from "./sent.ts";
export { VERBS } from "./step.ts";
