import type { ClientName } from "../config/mod.ts";
import type { JourneyItem, JourneyPlan, StepName } from "./journeys.ts";
import type { Pattern } from "../pattern/mod.ts";
import type { ReplaySpec } from "../trace/mod.ts";
import type { ProtocolName } from "../protocol/mod.ts";
import type {
  AnswerCheck,
  BasicAuth,
  CellType,
  Content,
  Json,
  RowPick,
} from "../request/mod.ts";

export type { Json };

export type { ClientName };
import type { Threshold } from "../threshold/mod.ts";

/** How requests are spread inside a slot. */
export type ArrivalKind = "poisson" | "uniform" | "replay";
/** How hard the dispatcher tries to be on time. */
export type PickedPacing = "exact" | "normal" | "eco";
/** The same as a user asks for it; `auto` goes by rate and cores. */
export type Pacing = "auto" | PickedPacing;

/**
 * The frozen, serialisable description of a run. Strings of a target may hold
 * `${NAME}`: they are expanded where the request is built and nowhere else, so
 * a plan can be shown, logged and stored.
 */
export interface Plan {
  /** Hash of what decides arrivals: 16 hexadecimal digits. */
  readonly planId: string;
  readonly pattern: Pattern;
  readonly arrivals: ArrivalKind;
  /** Whose instants are sent; present exactly where `arrivals` is `replay`. */
  readonly replay?: ReplaySpec;
  /**
   * What is sent to: the targets, and behind them the steps of journeys. The
   * place in this list is the number under which requests are counted.
   */
  readonly targets: readonly TargetPlan[];
  /** What an arrival starts when it is more than one request; absent = none. */
  readonly journeys?: readonly JourneyPlan[];
  /** What happens before the first arrival; absent = nothing. */
  readonly setup?: SetupPlan;
  readonly pacing: Pacing;
  readonly workers: number | "auto";
  readonly limits: Limits;
  readonly health: HealthPlan;
  readonly metrics: MetricsPlan;
  /** The live page; absent = there is none. */
  readonly ui?: UiPlan;
  /** When the circuit breaker trips; null or absent = there is none. */
  readonly safety?: SafetyPlan | null;
  /** What the run is held against; absent = nothing was asked. */
  readonly judging?: JudgingPlan;
  readonly shutdownTimeoutMs: number;
  /** How members of a fleet behave; absent = as they do by themselves. */
  readonly fleet?: FleetPlan;
  /** Where fields take their values from; absent = there is none. */
  readonly data?: readonly DataPlan[];
  /** SHA-256 of the files that bodies name; absent = there is none. */
  readonly files?: Readonly<Record<string, string>>;
  /** Names of the environment variables that the targets' strings use. */
  readonly variables: readonly string[];
}

/** A run that several machines send together. */
export interface FleetPlan {
  readonly onBusLoss: "continue" | "hold";
}

/** What is tested, and with what request. */
export interface TargetPlan {
  readonly name: string;
  readonly url: string;
  readonly protocol: ProtocolName;
  readonly client: ClientName;
  readonly method: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string | null;
  /** Its body, where that is not plain text. */
  readonly content?: Content;
  readonly basicAuth?: BasicAuth;
  /** What its answers must be; absent = only their codes count. */
  readonly check?: AnswerCheck;
  /** Share of the traffic relative to the other targets; 0 = off. */
  readonly weight: number;
  /** Share of its requests that say what trace they belong to; absent = none. */
  readonly trace?: number;
  readonly timeoutMs: number;
  /** Codes that count as success; null = HTTP below 400, gRPC 0. */
  readonly ok: readonly (readonly [from: number, to: number])[] | null;
  /** TLS certificates are not verified: every report says so loudly. */
  readonly insecure?: boolean;
  /** Certificates and name of TLS; absent = Mozilla's roots and the URL's host. */
  readonly tls?: TlsPlan;
  /** When a connection is given up and replaced; absent = only when it fails. */
  readonly connection?: ConnectionPlan;
  /** What is called; present exactly when the protocol is `grpc`. */
  readonly grpc?: GrpcPlan;
  /** It has left the run, and only its counts are still there. */
  readonly gone?: true;
  /** It is a step of a journey: its requests are not arrivals of their own. */
  readonly step?: StepName;
}

/** Requests before the first arrival, whose captured values hold for all. */
export interface SetupPlan {
  /** What happens, in this order. */
  readonly items: readonly JourneyItem[];
  /** The requests of its steps, in the same order; they are counted nowhere. */
  readonly requests: readonly TargetPlan[];
  /** From its start; then it has failed. */
  readonly timeoutMs: number;
  /** Time from the end of one time to the next; null = it happens once. */
  readonly everyMs: number | null;
}

/** Files (PEM) and names of a target's TLS; null = the client's default. */
export interface TlsPlan {
  /** Roots to trust beside Mozilla's. */
  readonly ca: string | null;
  /** Own certificate and its key: both or neither. */
  readonly cert: string | null;
  readonly key: string | null;
  /** Name to ask for and to check instead of the URL's host. */
  readonly serverName: string | null;
}

/** Churn of connections; null = no bound. */
export interface ConnectionPlan {
  /** Requests after which a connection is replaced. */
  readonly maxRequests: number | null;
  /** Age after which a connection is replaced. */
  readonly maxAgeMs: number | null;
}

/** A gRPC call. Its strings may hold `${NAME}`, those inside messages too. */
export interface GrpcPlan {
  /** `package.Service/Method`; null = `grpc.health.v1.Health/AnswerCheck`. */
  readonly method: string | null;
  /**
   * What is sent, as protobuf's JSON: for a call that streams several, a list
   * of them. Absent = one empty message.
   */
  readonly message?: Json;
  /** Where the method is described. */
  readonly source: GrpcSource;
}

/** Where the types of a gRPC call come from; files as the system names them. */
export type GrpcSource =
  | { readonly kind: "reflection" }
  | {
    readonly kind: "proto";
    readonly files: readonly string[];
    /** Folders in which imports are looked up. */
    readonly paths: readonly string[];
  }
  | { readonly kind: "descriptor_set"; readonly file: string };

/** A data set: what fields take their values from. */
export interface DataPlan {
  readonly name: string;
  readonly source:
    | {
      readonly kind: "file";
      /** May hold `${NAME}`. */
      readonly file: string;
      readonly format: DataFormat;
    }
    | { readonly kind: "values"; readonly values: readonly Json[] };
  readonly pick: RowPick;
  readonly types: Readonly<Record<string, CellType>>;
  /** SHA-256 of the file; absent = it was not read. */
  readonly digest?: string;
}

/** How a file of data is read. */
export type DataFormat = "csv" | "json" | "jsonl" | "lines";

/** Every bound that a user may move. */
export interface Limits {
  /** Requests under way at once, over all workers. */
  readonly inFlight: number;
  /** A request later than this is missed instead of sent. */
  readonly maxLatenessMs: number;
  /** Connections open at once to one target, over all workers. */
  readonly connections: number;
  /** Bytes of a response body that are read before it counts as `too_large`. */
  readonly maxBodyBytes: number;
  /** Bytes of a response's head, or of its trailers, that are read before it counts as `too_large`. */
  readonly maxHeadBytes: number;
  /** Journeys open at once, over all workers; absent = `JOURNEY_LIMITS`. */
  readonly journeys?: number;
  /** Bytes that a captured value may have. */
  readonly captureBytes?: number;
  /** Bytes of an answer that are kept for captures and scripts. */
  readonly captureBodyBytes?: number;
  /** Bytes that a request with fields may have; absent = 1 MiB. */
  readonly maxRequestBytes?: number;
  /** Bytes of each file of data, and of each body from a file; absent = 1 GiB. */
  readonly maxDataBytes?: number;
  /** Bytes of a value in a file of data; absent = 16 KiB. */
  readonly maxCellBytes?: number;
}

/** How kar asks whether the targets are well. */
export interface HealthPlan {
  readonly enabled: boolean;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** `report` only tells; `remove` takes a failing target out of the traffic. */
  readonly onUnhealthy: "report" | "remove";
  /** What to ask instead of the target itself; null = the target's own address. */
  readonly url: string | null;
  readonly method: string | null;
  /** Codes of a healthy answer; null = 200–399. */
  readonly expect: readonly (readonly [from: number, to: number])[] | null;
}

/** When the circuit breaker trips and comes back. At least one threshold is set. */
export interface SafetyPlan {
  /** Percent of failed requests; null = not watched. */
  readonly errorRateAbove: number | null;
  /** 95th percentile of the response times; null = not watched. */
  readonly p95AboveMs: number | null;
  /** How long a threshold must be passed. */
  readonly sustainedForMs: number;
  /** Silence before the target is probed. */
  readonly resumeAfterMs: number;
  /** Where each change is posted; may hold `${NAME}`; null = nowhere. */
  readonly webhook: string | null;
}

/** What a run is held against, and how strictly. */
export interface JudgingPlan {
  /** At least one. */
  readonly thresholds: readonly Threshold[];
  /** Share of the seconds in which kar itself may have been the limit. */
  readonly tolerate: number;
  /** Whether a run passes although a threshold could not be judged. */
  readonly allowUnknown: boolean;
}

/** Where Prometheus reads. */
export interface MetricsPlan {
  readonly enabled: boolean;
  /**
   * `host:port`; an empty host listens on all interfaces. null = the user named
   * none: the usual port, or a free one where that is in use.
   */
  readonly address: string | null;
  readonly path: string;
  /** Where they are sent by OTLP; absent = where the environment says. */
  readonly otlp?: {
    /** May hold `${NAME}`. */
    readonly endpoint: string;
    readonly intervalMs: number;
  };
}

/** The live page of a run, and who may change the traffic there. */
export interface UiPlan {
  readonly enabled: boolean;
  /**
   * `host:port`; an empty host listens on all interfaces. null = the user named
   * none: the usual port, or a free one where that is in use.
   */
  readonly address: string | null;
  readonly control: boolean;
  /** What opens control; may hold `${NAME}`; null = drawn at each start. */
  readonly token: string | null;
}
