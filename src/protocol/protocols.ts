import { grpcCodeText } from "./codes.ts";

/** A request, as far as a protocol tells it from others. */
export interface AskedRequest {
  readonly method: string;
  readonly grpc?: { readonly method: string | null } | undefined;
}

/** The codes with which a protocol's answers end. */
export interface Codes {
  readonly min: number;
  readonly max: number;
  /** Whether a code is success where the user names none. */
  isOk(code: number): boolean;
  /** Whether the target is failing, and not the request: HTTP 5xx and 429, gRPC other than OK. */
  isTargetFault(code: number): boolean;
  /** Whether the server does not know what it was asked for, whatever it is asked. */
  isUnknownMethod(code: number): boolean;
  /** For people, in a list of answers: `503`, `UNAVAILABLE (14)`. */
  label(code: number): string;
}

/** One protocol: a row of `PROTOCOLS`. */
export interface Protocol {
  /** `HTTP/2`. */
  readonly title: string;
  /** Names by which TLS agrees on it (RFC 7301). */
  readonly alpn: readonly string[];
  /** What a request is made of: method, path and body, or a call with its message. */
  readonly request: "http" | "call";
  readonly codes: Codes;
  /** Whether one connection carries many requests at once; it has no `connection` header then (RFC 9113, 8.2.2). */
  readonly isMultiplexed: boolean;
  /** Whether a health check may repeat a request: it changes nothing. */
  isSafe(request: AskedRequest): boolean;
  /** What is asked, for people: `GET`, `shop.v1.Orders/Create`. */
  methodOf(request: AskedRequest): string;
}

/** What a gRPC target calls that names no method. */
export const HEALTH_CHECK = "grpc.health.v1.Health/Check";

/** What a method of HTTP may be that only reads (RFC 9110, 9.2.1) and is of use as a check. */
const SAFE_METHODS = ["GET", "HEAD"];
/** Too many requests: the server's word that it is too much. */
const TOO_MANY = 429;
const SERVER_ERROR = 500;

const HTTP_CODES: Codes = {
  min: 100,
  max: 599,
  // A code of 0 stands for one outside of these.
  isOk: (code) => code >= 100 && code < 400,
  isTargetFault: (code) => code >= SERVER_ERROR || code === TOO_MANY,
  isUnknownMethod: () => false,
  label: (code) => code >= 100 && code <= 599 ? String(code) : "other",
};

const GRPC_CODES: Codes = {
  min: 0,
  max: 16,
  isOk: (code) => code === 0,
  isTargetFault: (code) => code !== 0,
  // UNIMPLEMENTED.
  isUnknownMethod: (code) => code === 12,
  label: grpcCodeText,
};

const HTTP = {
  request: "http",
  codes: HTTP_CODES,
  isSafe: ({ method }) => SAFE_METHODS.includes(method.toUpperCase()),
  methodOf: ({ method }) => method,
} satisfies Partial<Protocol>;

/** All that kar speaks. */
const PROTOCOLS = {
  http: {
    ...HTTP,
    title: "HTTP/1.1",
    alpn: ["http/1.1"],
    isMultiplexed: false,
  },
  http2: {
    ...HTTP,
    title: "HTTP/2",
    alpn: ["h2"],
    isMultiplexed: true,
  },
  grpc: {
    title: "gRPC",
    alpn: ["h2"],
    request: "call",
    isMultiplexed: true,
    codes: GRPC_CODES,
    // The standard health check is made to be repeated.
    isSafe: ({ grpc }) => grpc?.method === null,
    methodOf: ({ grpc }) => grpc?.method ?? HEALTH_CHECK,
  },
} satisfies Readonly<Record<string, Protocol>>;

/** A key of `PROTOCOLS`. */
export type ProtocolName = keyof typeof PROTOCOLS;

/** The keys of `PROTOCOLS`, the default first. */
export const PROTOCOL_NAMES = Object.keys(PROTOCOLS) as [
  ProtocolName,
  ...ProtocolName[],
];

/** A row of the table. */
export function protocolOf(name: ProtocolName): Protocol {
  return PROTOCOLS[name];
}

/** The row of a name that may be none. */
export function protocolNamed(name: string): Protocol | undefined {
  return Object.hasOwn(PROTOCOLS, name)
    ? PROTOCOLS[name as ProtocolName]
    : undefined;
}

/** Codes are counted one by one from 0 up to here, so that those of each protocol fit. */
export const CODES = 1 + Math.max(
  ...PROTOCOL_NAMES.map((name) => PROTOCOLS[name].codes.max),
);

/** A code for machines: itself, or `other` where its protocol has no such code. */
export function codeName(code: number, name: ProtocolName): string {
  const { min, max } = PROTOCOLS[name].codes;
  return code >= min && code <= max ? String(code) : "other";
}
