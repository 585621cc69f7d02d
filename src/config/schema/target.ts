import * as z from "zod";
import { PROTOCOL_NAMES, protocolOf } from "../../protocol/mod.ts";
import { CLIENTS, DEFAULT_CLIENT, SPEAKS } from "./client.ts";
import {
  address,
  codes,
  duration,
  type Finding,
  method,
  numberIn,
  ruleOn,
  text,
  wholeIn,
} from "./fields.ts";
import {
  GrpcSchema,
  headerFindings,
  requestFindings,
  requestKeys,
  TlsSchema,
} from "./request/mod.ts";
import {
  fetchComplaint,
  parseUrl,
  type SendingClient,
} from "../../request/mod.ts";

// deno-lint-ignore no-control-regex
const PRINTABLE_REGEXP = /^[^\u0000-\u001f\u007f-\u009f]*$/;
const TargetObject = z.strictObject({
  name: text(64).regex(PRINTABLE_REGEXP, "must not hold control characters")
    .meta({
      description:
        "Name in reports and metrics, where a variable stands as it is written; unique",
    }),
  url: address().meta({
    description:
      "Where requests go: http://, https://, or unix:/run/app.sock:/path; may hold ${NAME}, path and query {{fields}}. Path and query are sent as written",
    examples: [
      "http://localhost:8080/api/health",
      "unix:/run/app.sock:/health",
    ],
  }),
  protocol: z.enum(PROTOCOL_NAMES).default("http").meta({
    description: "http is HTTP/1.1, http2 is HTTP/2, grpc is gRPC",
  }),
  client: z.enum(CLIENTS).optional().meta({
    description:
      "What sends: wire is kar's own and the default; fetch (HTTP) and connect (gRPC) are standard libraries, which may send a request twice",
  }),
  method: method().default("GET").meta({
    description: "HTTP method; gRPC has none",
  }),
  ...requestKeys,
  weight: numberIn(0, 1_000_000).default(100).meta({
    description: "Share of the traffic relative to the other targets; 0 = off",
  }),
  trace: numberIn(0, 1).optional().meta({
    description:
      "Share of the requests that carry W3C traceparent, drawn by the arrival; samples hold the trace's id",
    examples: [0.01],
  }),
  timeout: duration("1ms", "1h").prefault("30s").meta({
    description: "A request without a whole answer after this has failed",
  }),
  ok: codes().optional().meta({
    description:
      "Codes that count as success; without it HTTP below 400 and gRPC 0",
    examples: [["200-299", 404]],
  }),
  tls: TlsSchema.optional(),
  max_requests_per_connection: wholeIn(1, 1_000_000_000).optional().meta({
    description: "Requests after which a connection is replaced; no bound",
  }),
  max_connection_age: duration("100ms", "8760h").optional().meta({
    description: "Age after which a connection is replaced; no bound",
  }),
  grpc: GrpcSchema.optional(),
});

type TargetInput = z.output<typeof TargetObject>;

/** One target: what is tested, and with what request. */
export const TargetSchema = TargetObject
  .check(
    ruleOn(["protocol", "client"], client),
    ruleOn(["protocol", "client"], senderHeaders),
    ruleOn(["protocol", "client", "url"], stockUrl),
    ruleOn(["protocol", "url"], grpcUrl),
    ruleOn(["protocol", "client", "tls"], fetchTls),
    ruleOn(["protocol", "client", "method", "body"], fetchRequest),
    ruleOn([], requestFindings),
    ruleOn(["protocol", "client", "check"], checkFindings),
    ruleOn(["trace", "headers"], trace),
    ruleOn(["protocol", "grpc"], grpc),
    ruleOn(["protocol", "ok"], okCodes),
  )
  .transform((target) => ({ ...target, client: clientOf(target) }))
  .meta({ description: "What is tested, and with what request" });

function clientOf(target: TargetInput) {
  return target.client ?? DEFAULT_CLIENT[target.protocol];
}

function client(target: TargetInput): Finding[] {
  const spoken = SPEAKS[clientOf(target)];
  if (spoken.includes(target.protocol)) return [];
  const able = CLIENTS.filter((name) => SPEAKS[name].includes(target.protocol));
  const message = `must be ${able.join(" or ")} with this protocol`;
  return [{ path: ["client"], message }];
}

function senderOf(target: TargetInput): SendingClient {
  return { protocol: target.protocol, client: clientOf(target) };
}

function senderHeaders(target: TargetInput): Finding[] {
  // Not there where the headers as a whole are not a mapping.
  return headerFindings(target.headers ?? {}, senderOf(target));
}

/** What a stock client would send otherwise than it is written. */
function stockUrl(target: TargetInput): Finding[] {
  const url = parseUrl(target.url);
  const message = url.kind === "wrong"
    ? null
    : fetchComplaint(url, senderOf(target));
  return message === null ? [] : [{ path: ["url"], message }];
}

/** The path of a call is "/" service "/" method: an address of gRPC has none (gRPC over HTTP/2, "Requests"). */
function grpcUrl(target: TargetInput): Finding[] {
  if (!isCall(target)) return [];
  const url = parseUrl(target.url);
  if (url.kind === "wrong" || url.path === "/") return [];
  const message =
    "must have no path with protocol grpc: what is called stands in grpc.method";
  return [{ path: ["url"], message }];
}

function fetchTls(target: TargetInput): Finding[] {
  if (clientOf(target) !== "fetch") return [];
  const path = (key: string) => ["tls", key];
  const findings: Finding[] = [];
  if (target.tls?.insecure === true) {
    const message = "must be false with client fetch, which always verifies";
    findings.push({ path: path("insecure"), message });
  }
  if (target.tls?.server_name !== undefined) {
    const message =
      "must be left out with client fetch, which asks for the host";
    findings.push({ path: path("server_name"), message });
  }
  return findings;
}

function isCall({ protocol }: TargetInput): boolean {
  return protocolOf(protocol).request === "call";
}

function grpc(target: TargetInput): Finding[] {
  if (target.grpc === undefined || isCall(target)) return [];
  return [{ path: ["grpc"], message: "must go with protocol grpc" }];
}

/** Two headers would say two things. */
function trace({ trace, headers }: TargetInput): Finding[] {
  const isGiven = Object.keys(headers)
    .some((name) => name.toLowerCase() === "traceparent");
  if (!trace || !isGiven) return [];
  const message = "must not go with a header traceparent, which it sets";
  return [{ path: ["trace"], message }];
}

function okCodes(target: TargetInput): Finding[] {
  const { min, max } = protocolOf(target.protocol).codes;
  return (target.ok ?? []).flatMap(([from, to], i) =>
    from >= min && to <= max
      ? []
      : [{ path: ["ok", i], message: `must be from ${min} to ${max}` }]
  );
}

/** Only kar's own clients keep heads and bodies of answers; gRPC's are no text. */
function checkFindings(target: TargetInput): Finding[] {
  const { check } = target;
  if (check === undefined) return [];
  const isWire = clientOf(target) === "wire" && !isCall(target);
  const { min, max } = protocolOf(target.protocol).codes;
  const kept = isWire ? [] : (["header", "body", "json"] as const)
    .filter((key) => check[key] !== undefined)
    .map((key) => ({
      path: ["check", key],
      message: "must go with client: wire and HTTP",
    }));
  const codes = (check.status ?? []).flatMap(([from, to], i) =>
    from >= min && to <= max ? [] : [{
      path: ["check", "status", i],
      message: `must be from ${min} to ${max}`,
    }]
  );
  return [...kept, ...codes];
}

/** What the fetch standard refuses would otherwise fail at each request. */
function fetchRequest(target: TargetInput): Finding[] {
  if (clientOf(target) !== "fetch") return [];
  const verb = target.method.toUpperCase();
  if (verb === "TRACE" || verb === "TRACK") {
    const message = "must be another method with client fetch";
    return [{ path: ["method"], message }];
  }
  if (target.body === undefined || (verb !== "GET" && verb !== "HEAD")) {
    return [];
  }
  const message = "must be left out: fetch sends none with GET and HEAD";
  return [{ path: ["body"], message, isSecret: true }];
}
