import type { PageData } from "../contract.ts";
import { box, el } from "./dom.ts";
import type { Times } from "./format.ts";
import { journeysTable } from "./words/journeys.ts";
import { proofTable, thresholdsTable } from "./words/judged.ts";
import { recoveryBlock } from "./words/recovery.ts";
import { samplesBlock } from "./words/samples.ts";
import {
  configBlock,
  endsTable,
  eventsList,
  partsTable,
  reasonsTable,
} from "./words/tables.ts";
import { verdictBlock } from "./words/verdict.ts";

/** The parts of the page that are words and tables. */
export class Blocks {
  readonly #blocks = new Map<string, HTMLElement>();
  /** What each was made from. */
  readonly #made = new Map<string, unknown>();

  /** Room for a block. */
  block(name: string): HTMLElement {
    const made = el("div", "", { class: "block" });
    this.#blocks.set(name, made);
    return made;
  }

  /** Room for a block below a title. */
  readonly card = (title: string, name: string): HTMLElement =>
    box("section", "card", el("h2", title), this.block(name));

  /** Writes all of them. */
  write(data: PageData, other: PageData | null, times: Times): void {
    const { report, events, config } = data;
    this.#put("verdict", verdictBlock(data, other));
    this.#put("parts", partsTable(data));
    this.#optional("journeys", journeysTable(data));
    this.#optional("thresholds", thresholdsTable(data, times));
    this.#optional("recovery", recoveryBlock(data, times));
    this.#optional("proof", proofTable(data));
    this.#put("reasons", reasonsTable(data));
    this.#put("ends", endsTable(data));
    // These are long, and mostly as they were a second ago.
    const { zone } = times;
    this.#renew(
      "samples",
      [zone, JSON.stringify(report.samples)],
      () => this.#optional("samples", samplesBlock(data, times)),
    );
    const last = events.at(-1);
    const heard = [zone, events.length, last?.t, last?.text, report.warnings];
    this.#renew(
      "events",
      [JSON.stringify(heard)],
      () => this.#put("events", eventsList(data, times)),
    );
    this.#renew(
      "config",
      [config, report.runId, report.arrivalsDigest],
      () => this.#put("config", configBlock(data)),
    );
  }

  /** Writes a block if what it is made from has changed. */
  #renew(name: string, of: readonly unknown[], write: () => void): void {
    const key = of.join("\n");
    if (this.#made.get(name) === key) return;
    this.#made.set(name, key);
    write();
  }

  #put(name: string, made: Node | null): void {
    const block = this.#blocks.get(name)!;
    // What the reader has unfolded stays so.
    const open = [...block.querySelectorAll("details")].map((each) =>
      each.open
    );
    block.replaceChildren(made ?? el("p", "None did."));
    block.querySelectorAll("details").forEach((each, i) =>
      each.open = open[i] ?? false
    );
  }

  /** A block with nothing to say takes no room. */
  #optional(name: string, made: Node | null): void {
    this.#put(name, made);
    this.#blocks.get(name)!.parentElement!.hidden = made === null;
  }
}
