/**
 * What the stock clients share: the parts of a request that are the same for
 * all, and the calls under way.
 *
 * Stands under `fetch` and `connect`, whose calls are promises that an
 * `AbortSignal` ends. Never sends anything.
 *
 * @module
 */
export { type OpenCall, OpenCalls } from "./open_calls.ts";
export { headersOf, hrefOf, requestFor, wrong } from "./request.ts";
