import type { KarError } from "../base/mod.ts";
import type { EchoStats } from "./request_counter.ts";
import type { EchoOptions, EchoPorts } from "./types.ts";

/** What the main thread asks of the server's thread. */
export type ThreadRequest =
  | { readonly kind: "start"; readonly options: EchoOptions }
  | { readonly kind: "stats" }
  | { readonly kind: "shutdown" };

/** What it gets: `started` for a start, else the counts, or why not. */
export type ThreadReply =
  | { readonly kind: "started"; readonly ports: EchoPorts }
  | { readonly kind: "stats"; readonly stats: EchoStats }
  | {
    readonly kind: "failed";
    readonly exit: KarError["exit"];
    readonly message: string;
  };

/** Every question gets exactly one answer, which carries its number. */
export type Numbered<T> = T & { readonly id: number };
