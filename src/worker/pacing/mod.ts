/**
 * Being on time, and what it may cost: sleep until shortly before an instant,
 * then look at the clock. Knows nothing of requests but their rate.
 *
 * @module
 */
export { Pacer } from "./pacer.ts";
export { pickPacing } from "./policies.ts";
export { workersFor } from "./workers.ts";
