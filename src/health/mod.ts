/**
 * Health checks: whether the targets are well, asked apart from the traffic.
 *
 * The controller starts a monitor for a run and reads it; the monitor never
 * touches the plan, and takes a target out only where the plan says `remove`.
 *
 * @module
 */
export * from "./monitor.ts";
