import type { CellType } from "../request/mod.ts";

/** A data set as types know it. */
export interface DeclaredData {
  readonly name: string;
  readonly columns: readonly string[];
  readonly types: Readonly<Record<string, CellType>>;
}

/**
 * The declaration file that scripts import their types from.
 *
 * @param data null = whatever a config has
 */
export function declarationText(data: readonly DeclaredData[] | null): string {
  return HEAD + dataText(data);
}

function dataText(data: readonly DeclaredData[] | null): string {
  if (data === null) {
    return `export type Data = Readonly<
  Record<string, Readonly<Record<string, string | number | boolean>>>
>;
`;
  }
  const sets = data.map(({ name, columns, types }) => {
    const cells = columns.map((column) =>
      `    readonly ${JSON.stringify(column)}: ${types[column] ?? "string"};\n`
    );
    return `  readonly ${JSON.stringify(name)}: {\n${cells.join("")}  };\n`;
  });
  return `export interface Data {\n${sets.join("")}}\n`;
}

const HEAD =
  `// The types of a journey's script, written by \`kar types\`. Types only.

/** What a script exports as its default: called once for each journey. */
export type Journey<Steps extends readonly string[] = readonly string[]> = (
  context: Context<Steps[number]>,
) => unknown;

/** What a script has for one journey. */
export interface Context<Step extends string = string> {
  /** Sends a request as one of the exported steps; one at a time. Never rejects for what the network does. */
  http(step: Step, request: Request): Promise<Answer | Failure>;
  /** Calls a method as one of the steps that the journey's \`grpc\` names; else as http is. */
  grpc(step: Step, call: Call): Promise<CallAnswer | Failure>;
  /** Lets time pass, in milliseconds. */
  think(ms: number): Promise<void>;
  /** Says what must hold; where it does not, the journey has failed as \`check\`. */
  check(name: string, ok: boolean): boolean;
  /** Chance, the same whenever the plan is sent again. */
  readonly random: Random;
  /** One row of each data set, the same for the whole journey. */
  readonly data: Data;
  /** The config's \`vars\`, and what its \`setup\` has captured; the journey's own to change. */
  readonly vars: Record<string, string>;
  /** Fires when the journey's time is over, or the run ends. */
  readonly signal: AbortSignal;
  /** Which arrival it is. */
  readonly arrival: {
    readonly slot: number;
    readonly lane: number;
    readonly index: number;
    /** Its instant in plan time, milliseconds since the epoch. */
    readonly intendedMs: number;
  };
}

/** A request. */
export interface Request {
  /** GET where there is none. */
  readonly method?: string;
  /** Path and query, behind the journey's base. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** One of these is the body. */
  readonly json?: unknown;
  readonly form?: Readonly<Record<string, string | number | boolean>>;
  readonly body?: string | Uint8Array;
  /** Keeps the answer's body, up to limits.capture_body_bytes. */
  readonly keep?: boolean;
  /** Codes that are right, such as [200, "400-404"]; below 400 where there are none. */
  readonly ok?: Codes;
  /** The journey may go well although this request fails. */
  readonly mayFail?: boolean;
}

/** Codes, and ranges of them. */
export type Codes = readonly (number | \`\${number}-\${number}\`)[];

/** A call of gRPC. */
export interface Call {
  /** In protobuf's JSON; a list for a method that takes a stream. The empty message where there is none. */
  readonly message?: unknown;
  readonly metadata?: Readonly<Record<string, string>>;
  /** Codes that are right, such as [0, 5]; 0 where there are none. */
  readonly ok?: Codes;
  /** The journey may go well although this call fails. */
  readonly mayFail?: boolean;
}

/** The end of a call, whatever its code; its messages are read and not kept. */
export interface CallAnswer {
  readonly kind: "answer";
  /** Of gRPC: 0 is OK. */
  readonly status: number;
  /** Metadata of its head or its end. */
  header(name: string): string | null;
}

/** An answer, whatever its code. */
export interface Answer {
  readonly kind: "answer";
  readonly status: number;
  header(name: string): string | null;
  /** The body: with \`keep: true\` only. */
  bytes(): Uint8Array;
  text(): string;
  json(): unknown;
}

/** A request without an answer. */
export interface Failure {
  readonly kind: "failure";
  /** Such as "timeout", "refused", "no_connection", "bad_value", "cancelled". */
  readonly failure: string;
}

/** Draws by the arrival's key. */
export interface Random {
  /** Uniform in [0, 1). */
  unit(): number;
  /** A whole number, both ends included. */
  int(from: number, to: number): number;
  pick<T>(all: readonly T[]): T;
  uuid(): string;
  exponential(mean: number): number;
}

/** The data sets of the config. */
`;
