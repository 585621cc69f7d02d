/**
 * Transports: one small port, and a folder for each client behind it.
 *
 * @module
 */
export * from "./port.ts";
