/**
 * Journeys as the user writes them.
 *
 * @module
 */
export { JourneysSchema } from "./journey.ts";
export type { ConditionConfig } from "./parts.ts";
export { SetupSchema } from "./setup.ts";
export { SENT_RULES, TargetsSchema } from "./sent.ts";
export { isThink, VERBS } from "./step.ts";
