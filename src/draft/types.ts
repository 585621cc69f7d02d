import type { ProtocolName } from "../protocol/mod.ts";
import type { HourRule } from "./schedule_text.ts";

/**
 * A text as a config file has it: `${NAME}` is a variable. What comes from
 * elsewhere and means itself goes through `literal` first.
 */
export type Template = string;

/** A header's name and value. */
export type DraftHeader = readonly [name: string, value: Template];

/** One target that is to stand in a file. */
export interface DraftTarget {
  readonly name: string;
  readonly url: Template;
  readonly protocol?: ProtocolName;
  /** Absent = GET. */
  readonly method?: string;
  readonly headers: readonly DraftHeader[];
  readonly body?: Template;
  /** Its body, where that is not plain text; absent = `body`, or none. */
  readonly content?: DraftContent;
  readonly basicAuth?: { readonly user: Template; readonly password: Template };
  /** Absent = no gRPC call of its own. */
  readonly grpc?: { readonly method: string; readonly message: unknown };
  /** Relative to other targets; absent = as all. */
  readonly weight?: number;
  readonly timeoutMs?: number;
  readonly tls?: DraftTls;
  /** Codes that an answer may have; absent = any that is a success. */
  readonly okCodes?: readonly number[];
  /** What a reader is to know of it; one line each. */
  readonly comments?: readonly string[];
}

/** One request of a journey; its `url` is the path behind the journey's base. */
export interface DraftStep extends DraftTarget {
  /** Time before the next request, in milliseconds; absent = none. */
  readonly thinkMs?: number;
}

/** Requests that belong together. */
export interface DraftJourney {
  readonly name: string;
  readonly base: Template;
  /** Whether it keeps cookies, on a connection of its own, as a browser does. */
  readonly isBrowser: boolean;
  readonly timeoutMs?: number;
  readonly steps: readonly DraftStep[];
}

/** A body that is not plain text; strings are templates. */
export type DraftContent =
  | { readonly kind: "json"; readonly value: unknown }
  | { readonly kind: "form"; readonly fields: readonly DraftHeader[] }
  | { readonly kind: "file"; readonly file: string }
  | { readonly kind: "multipart"; readonly parts: readonly DraftPart[] };

/** A part of a body of several. */
export type DraftPart =
  | { readonly name: string; readonly value: Template }
  | {
    readonly name: string;
    readonly file: string;
    readonly filename?: string;
    readonly type?: string;
  };

/** How a certificate is checked, and kar's own. */
export interface DraftTls {
  readonly insecure?: boolean;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** How much is sent, and how it varies. */
export interface DraftTraffic {
  /** Requests a second. */
  readonly rate: number;
  /** Absent = what a preset says. */
  readonly max?: number;
  readonly preset?: string;
  readonly schedule?: readonly HourRule[];
  /** Null = none; absent = as a preset or the defaults have them. */
  readonly spikes?: DraftSpikes | null;
  /** Whether the rate has no noise; absent = as a preset or the defaults have it. */
  readonly isQuiet?: boolean;
}

/** Random spikes. */
export interface DraftSpikes {
  /** Starts a second, or the mean time between two as a duration. */
  readonly often: { readonly lambda: number } | { readonly interval: string };
  readonly factor: number;
}

/** A config before it is text. */
export interface Draft {
  /** What it was made by, such as `kar import curl`. */
  readonly origin: string;
  /** What a reader is to know of the whole; one line each. */
  readonly notes: readonly string[];
  readonly targets: readonly DraftTarget[];
  readonly journeys?: readonly DraftJourney[];
  /** What has to hold, one threshold each. */
  readonly thresholds?: readonly string[];
  readonly traffic: DraftTraffic;
  /** Whether the health of targets is checked and metrics are served. */
  readonly isWatched: boolean;
}

/** A value that must not stand in a file, and the variable in its place. */
export interface Secret {
  readonly name: string;
  readonly value: string;
  /** Where it stood: `header authorization`, `query token`. */
  readonly place: string;
}
