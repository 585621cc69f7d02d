import { isoTime, slotStartMs } from "../../base/mod.ts";
import {
  type HoleReason,
  type MergedParts,
  notConfirmed,
} from "../../merge/mod.ts";

/** A stretch in which a process counted a part of the traffic. */
export interface PartV1 {
  /** Part `part`, from 1, of `parts` equal ones. */
  readonly part: number;
  readonly parts: number;
  readonly host: string;
  readonly runId: string;
  readonly from: string;
  readonly to: string;
  /** `killed` = nobody wrote an end. */
  readonly end: "ended" | "killed";
}

/** Requests of the plan that no record tells of. */
export interface HoleV1 {
  readonly part: number;
  readonly parts: number;
  readonly from: string;
  readonly to: string;
  readonly due: number;
  readonly why: HoleReason;
}

/** Requests of a member that was cut off, while another one sent its part. */
export interface DoubleV1 {
  readonly part: number;
  readonly parts: number;
  readonly from: string;
  readonly to: string;
  readonly due: number;
}

/** Of which parts a report was merged, as JSON. */
export function mergedV1({ spans, holes, doubled = [] }: MergedParts) {
  return {
    parts: spans.map((span): PartV1 => ({
      part: span.part,
      parts: span.parts,
      host: span.host,
      runId: span.runId,
      from: isoTime(slotStartMs(span.fromSlot)),
      to: isoTime(slotStartMs(span.toSlot)),
      end: span.end,
    })),
    holes: holes.map(({ fromMs, toMs, ...hole }): HoleV1 => ({
      ...hole,
      from: isoTime(fromMs),
      to: isoTime(toMs),
    })),
    notConfirmed: notConfirmed(holes),
    doubled: doubled.map(({ fromMs, toMs, ...double }): DoubleV1 => ({
      ...double,
      from: isoTime(fromMs),
      to: isoTime(toMs),
    })),
  };
}
