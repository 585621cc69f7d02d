/** The status codes of gRPC that kar itself uses. */
export const GRPC_CODE = {
  ok: 0,
  cancelled: 1,
  unknown: 2,
  deadlineExceeded: 4,
  permissionDenied: 7,
  resourceExhausted: 8,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const;

const LAST_CODE = 16;

/** Whether a number is a status code of gRPC. */
export function isGrpcCode(code: number): boolean {
  return code >= 0 && code <= LAST_CODE;
}

/**
 * The status of a response without one, from its HTTP code: the table of
 * gRPC's http-grpc-status-mapping.md.
 */
export function codeOfHttp(httpCode: number): number {
  switch (httpCode) {
    case 400:
      return GRPC_CODE.internal;
    case 401:
      return GRPC_CODE.unauthenticated;
    case 403:
      return GRPC_CODE.permissionDenied;
    case 404:
      return GRPC_CODE.unimplemented;
    case 429:
    case 502:
    case 503:
    case 504:
      return GRPC_CODE.unavailable;
    default:
      return GRPC_CODE.unknown;
  }
}
