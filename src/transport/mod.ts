/**
 * Transports: one small port, and a folder for each client behind it.
 *
 * @module
 */
export * from "./outcome.ts";
export * from "./port.ts";
export * from "./resolved.ts";
