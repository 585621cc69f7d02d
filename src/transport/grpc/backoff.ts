import { mayAskBackoff, parseRetryAfter } from "../retry_after.ts";
import { retryDelayMs } from "./retry_info.ts";
import { GRPC_CODE } from "./status.ts";

/** The fields of a refusal that may ask to back off; empty = absent. */
export interface BackoffFields {
  /** The HTTP code. */
  readonly httpCode: number;
  /** The status of gRPC; −1 = none. */
  readonly status: number;
  readonly retryAfter: string;
  /** `grpc-retry-pushback-ms`. */
  readonly pushback: string;
  /** `grpc-status-details-bin`. */
  readonly details: string;
}

/**
 * The backoff that an answer of gRPC asks for, the longest where it asks in
 * several ways:
 *
 * - `grpc-retry-pushback-ms`: whole milliseconds (gRFC A6; a negative number
 *   forbids retries and says nothing of a time);
 * - `google.rpc.RetryInfo` in `grpc-status-details-bin`;
 * - `retry-after` with HTTP 429 or 503, or with `UNAVAILABLE` or
 *   `RESOURCE_EXHAUSTED`, as proxies and gateways write it.
 *
 * @param wallMs wall time, to which a date is compared
 * @returns milliseconds ≥ 0; null when it asks for none
 */
export function backoffAskedMs(
  fields: BackoffFields,
  wallMs: number,
): number | null {
  if (fields.status === GRPC_CODE.ok) return null;
  const asked = [
    pushbackMs(fields.pushback),
    fields.details === "" ? null : retryDelayMs(fields.details),
    maySayWhen(fields) ? parseRetryAfter(fields.retryAfter, wallMs) : null,
  ].filter((ms) => ms !== null);
  return asked.length === 0 ? null : Math.max(...asked);
}

function pushbackMs(text: string): number | null {
  return /^\d{1,10}$/.test(text) ? Number(text) : null;
}

function maySayWhen({ httpCode, status }: BackoffFields): boolean {
  return mayAskBackoff(httpCode) || status === GRPC_CODE.unavailable ||
    status === GRPC_CODE.resourceExhausted;
}
