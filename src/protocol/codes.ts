/** A span of codes, both ends included. */
export type CodeRange = readonly [from: number, to: number];

/** Whether a code is in one of some spans. */
export function isInRanges(
  code: number,
  ranges: readonly CodeRange[],
): boolean {
  return ranges.some(([from, to]) => code >= from && code <= to);
}

/** Names of gRPC's status codes, by number (google.golang.org/grpc/codes). */
const GRPC_NAMES: readonly string[] = [
  "OK",
  "CANCELLED",
  "UNKNOWN",
  "INVALID_ARGUMENT",
  "DEADLINE_EXCEEDED",
  "NOT_FOUND",
  "ALREADY_EXISTS",
  "PERMISSION_DENIED",
  "RESOURCE_EXHAUSTED",
  "FAILED_PRECONDITION",
  "ABORTED",
  "OUT_OF_RANGE",
  "UNIMPLEMENTED",
  "INTERNAL",
  "UNAVAILABLE",
  "DATA_LOSS",
  "UNAUTHENTICATED",
];

/** Names of the HTTP codes that say no (IANA's registry of status codes). */
const HTTP_NAMES: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  402: "Payment Required",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  406: "Not Acceptable",
  407: "Proxy Authentication Required",
  408: "Request Timeout",
  409: "Conflict",
  410: "Gone",
  411: "Length Required",
  412: "Precondition Failed",
  413: "Content Too Large",
  414: "URI Too Long",
  415: "Unsupported Media Type",
  416: "Range Not Satisfiable",
  417: "Expectation Failed",
  421: "Misdirected Request",
  422: "Unprocessable Content",
  423: "Locked",
  424: "Failed Dependency",
  425: "Too Early",
  426: "Upgrade Required",
  428: "Precondition Required",
  429: "Too Many Requests",
  431: "Request Header Fields Too Large",
  451: "Unavailable For Legal Reasons",
  500: "Internal Server Error",
  501: "Not Implemented",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
  505: "HTTP Version Not Supported",
  506: "Variant Also Negotiates",
  507: "Insufficient Storage",
  508: "Loop Detected",
  511: "Network Authentication Required",
};

/** The name of a status code of gRPC with its number: `UNIMPLEMENTED (12)`. */
export function grpcCodeText(code: number): string {
  const name = GRPC_NAMES[code];
  return name === undefined ? String(code) : `${name} (${code})`;
}

/**
 * The name of an answer's code: `UNIMPLEMENTED (12)`, `503 Service
 * Unavailable`. No code belongs to both protocols.
 */
export function codeText(code: number): string {
  if (code < GRPC_NAMES.length) return grpcCodeText(code);
  const name = HTTP_NAMES[code];
  return name === undefined ? String(code) : `${code} ${name}`;
}
