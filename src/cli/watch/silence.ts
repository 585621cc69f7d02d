import { isoTime, slotStartMs } from "../../base/mod.ts";
import type { FleetRow, ToldSpan } from "../../fleet/mod.ts";
import type { PartTold } from "../fleet/told/types.ts";
import type { Heard } from "./heard.ts";

/** Says of each part once that it is not heard of, and once that it is again. */
export class Silence {
  readonly #row: FleetRow;
  readonly #heard: Pick<Heard, "latest" | "isTelling">;
  readonly #silent = new Set<number>();

  constructor(row: FleetRow, heard: Pick<Heard, "latest" | "isTelling">) {
    this.#row = row;
    this.#heard = heard;
  }

  /** What has changed since the last time, in words; meant for while the run is sent. */
  look(): string[] {
    const known = new Map(this.#heard.latest.map((told) => [told.part, told]));
    return Array.from({ length: this.#row.parts }, (_, i) => i + 1)
      .flatMap((part) => this.#changeOf(part, known.get(part)) ?? []);
  }

  #changeOf(part: number, told: PartTold | undefined): string | null {
    const last = told?.spans.at(-1);
    const isSilent = !last?.isOver && !this.#heard.isTelling(part);
    if (isSilent === this.#silent.has(part)) return null;
    if (!isSilent) {
      this.#silent.delete(part);
      return `Part ${part}${nameOf(last)} is heard of again`;
    }
    this.#silent.add(part);
    return last === undefined
      ? `Nothing is heard of part ${part}: what is due in it is not confirmed`
      : `Part ${part}${
        nameOf(last)
      } is not heard of any more: what is due in it from ${
        isoTime(slotStartMs(last.madeUpTo))
      } on is not confirmed`;
  }
}

function nameOf(span: ToldSpan | undefined): string {
  return span === undefined ? "" : ` (${span.node} on ${span.host})`;
}
