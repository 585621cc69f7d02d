/**
 * Being on time, and what that may cost: sleep until shortly before an instant,
 * then poll the clock. Knows nothing of requests except their rate.
 *
 * @module
 */
export { Pacer } from "./pacer.ts";
export { pickPacing } from "./policies.ts";
export { workersFor } from "./workers.ts";
