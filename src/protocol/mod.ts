/**
 * What a protocol is, in one table: `PROTOCOLS`. Config, plan, wizard, report,
 * metrics, health checks and circuit breaker read it; nobody else compares a
 * protocol's name, but for the registry of clients.
 *
 * @module
 */
export { type CodeRange, codeText, grpcCodeText, isInRanges } from "./codes.ts";
export {
  FAILURE_KINDS,
  type FailureKind,
  JOURNEY_FAILURE_KINDS,
} from "./failures.ts";
export * from "./protocols.ts";
