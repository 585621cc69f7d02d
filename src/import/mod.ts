/**
 * What people already have, as a draft of a config: command lines of curl,
 * browsers' recordings, descriptions of an API, scripts. Takes a text and gives
 * a draft, with what was not taken over, or one fault with its place. Runs
 * nothing, opens nothing, and copies no secret: the draft's writer sees to that.
 *
 * @module
 */
export { importCurl } from "./curl/import_curl.ts";
export * from "./types.ts";
export { importOpenApi } from "./openapi/import_openapi.ts";
export { importHar } from "./har/import_har.ts";
export { importK6 } from "./k6/import_k6.ts";
