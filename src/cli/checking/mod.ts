/**
 * What can be known of a config without running it, beyond what its text says:
 * whether its files can be used and its requests be made. Asks nobody and opens
 * no connection, but for `reached`, which looks whether a target is there.
 *
 * @module
 */
export { contentDigest } from "./content_digest.ts";
export { findProblems, leftOpen } from "./problems.ts";
export { reached } from "./reach.ts";
export {
  requestFor,
  type SampleRequest,
  sampleRequests,
  varsOf,
} from "./sample_requests.ts";
