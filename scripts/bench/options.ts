import { parseArgs } from "node:util";

/** What was asked for on the command line; null = the row's own default. */
export interface BenchOptions {
  /** Names of rows; empty = all but those that run on request only. */
  readonly rows: readonly string[];
  readonly rates: readonly number[] | null;
  readonly rounds: number | null;
  /** Length of one paced run. */
  readonly seconds: number | null;
  readonly pacings: readonly string[] | null;
  readonly cores: "one" | "all" | "both";
  /** The kar of the rows that start one: a checkout, or a packaged file; null = this one, packaged now. */
  readonly kar: string | null;
  /** Another checkout, or a packaged file, that takes turns with this one. */
  readonly against: string | null;
  readonly json: boolean;
  readonly list: boolean;
}

export const USAGE = `use: deno task bench [ROW…] [options]

  --list             the rows there are
  --rate N[,N…]      paced rows: only these rates
  --rounds N         so many turns of each program instead of the row's own
  --seconds N        paced rows: so long instead of 4 to 20
  --pacing P[,P…]    paced rows: these pacings of kar instead of the default
  --cores one|all|both
                     paced rows: client and server on a core each, or on any;
                     both is the default
  --quick            the same as --rounds 1 --cores one
  --kar PATH         paced rows and startup: this packaged file or checkout
                     instead of a package made now; . is this checkout
  --against PATH     another checkout of kar, or a packaged file, takes turns
                     with this one
  --json             rows as JSON`;

/** Wrong use of the command line; the message says what would be right. */
export class BenchUsageError extends Error {}

/** @throws BenchUsageError */
export function parseOptions(args: readonly string[]): BenchOptions {
  const { values, positionals } = read(args);
  const quick = values.quick === true;
  return {
    rows: positionals,
    rates: values.rate?.split(",").map((text) => positive("--rate", text)) ??
      null,
    rounds: whole("--rounds", values.rounds) ?? (quick ? 1 : null),
    seconds: whole("--seconds", values.seconds) ?? null,
    pacings: values.pacing?.split(",") ?? null,
    cores: cores(values.cores ?? (quick ? "one" : "both")),
    kar: values.kar ?? null,
    against: values.against ?? null,
    json: values.json === true,
    list: values.list === true,
  };
}

function read(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        list: { type: "boolean" },
        rate: { type: "string" },
        rounds: { type: "string" },
        seconds: { type: "string" },
        pacing: { type: "string" },
        cores: { type: "string" },
        quick: { type: "boolean" },
        kar: { type: "string" },
        against: { type: "string" },
        json: { type: "boolean" },
      },
    });
  } catch (error) {
    throw new BenchUsageError(error instanceof Error ? error.message : "");
  }
}

function positive(option: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value > 0 && value < Infinity) return value;
  throw new BenchUsageError(
    `${option} "${text}" must be numbers above 0, such as 1000,20000`,
  );
}

function whole(option: string, text: string | undefined): number | undefined {
  if (text === undefined || /^[1-9]\d{0,5}$/.test(text)) {
    return text === undefined ? undefined : Number(text);
  }
  throw new BenchUsageError(
    `${option} "${text}" must be a whole number from 1, such as 3`,
  );
}

function cores(text: string): BenchOptions["cores"] {
  if (text === "one" || text === "all" || text === "both") return text;
  throw new BenchUsageError(`--cores "${text}" must be one, all or both`);
}
