/**
 * Health of the targets: checks apart from the traffic, and the circuit
 * breaker that judges the traffic's own answers.
 *
 * A run starts a monitor for a run and reads it, and asks the breaker
 * once a second; neither ever touches the plan. The monitor takes a target out
 * only where the plan says `remove`; the breaker only says which share of the
 * traffic may be sent.
 *
 * @module
 */
export * from "./breaker.ts";
export * from "./monitor.ts";
export * from "./webhook.ts";
