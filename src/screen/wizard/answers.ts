import { protocolNamed } from "../../protocol/mod.ts";

/** What the user typed, as typed: Esc and Back find it again. */
export interface Answers {
  readonly url: string;
  /** `http`, `http2` or `grpc`. */
  readonly protocol: string;
  /** HTTP method. */
  readonly method: string;
  /** gRPC method, `package.Service/Method`; empty = the health check. */
  readonly call: string;
  /** Whether requests differ: `no`, `drawn`, or `rows` of a file. */
  readonly vary: string;
  /** File of the rows. */
  readonly rows: string;
  /** `name: value; name: value`. */
  readonly headers: string;
  /** Body over HTTP, the message as JSON over gRPC. */
  readonly body: string;
  /** Requests per second. */
  readonly base: string;
  readonly max: string;
  /** Spikes per second such as `0.1`, the mean time between two such as `30s`, or `none`. */
  readonly spikes: string;
  readonly factor: string;
  /** A share such as `0.15` or `15%`. */
  readonly noise: string;
  /** `9-17:1.5, 0-5:0.3`. */
  readonly schedule: string;
}

/** What the wizard proposes: a target on this machine, and lively traffic. */
export const DEFAULT_ANSWERS: Answers = {
  url: "http://localhost:8080/api/health",
  protocol: "http",
  method: "GET",
  call: "",
  vary: "no",
  rows: "",
  headers: "",
  body: "",
  base: "100",
  max: "1000",
  spikes: "0.1",
  factor: "3",
  noise: "0.15",
  schedule: "",
};

/** What means that there are no spikes. */
const NO_SPIKES = "none";

/** Whether the request may carry a body. */
export function hasBody(answers: Answers): boolean {
  return isCall(answers)
    ? answers.call.trim() !== ""
    : !["GET", "HEAD"].includes(answers.method);
}

/** Whether what is asked is a call with a message, and not a method with a path. */
export function isCall({ protocol }: Answers): boolean {
  return protocolNamed(protocol)?.request === "call";
}

/** Whether requests get values from a file. */
export function hasRows({ vary }: Answers): boolean {
  return vary === "rows";
}

/** Whether texts of the request may hold fields, and the wizard speaks of them. */
export function isVaried({ vary }: Answers): boolean {
  return vary !== "no";
}

/** Whether the traffic has spikes. */
export function hasSpikes({ spikes }: Answers): boolean {
  return spikes.trim().toLowerCase() !== NO_SPIKES;
}
