import { csi, joined, LINE_START, plain } from "../../base/mod.ts";
import type { System } from "../system.ts";

/** A short file is read before anybody wonders. */
const QUIET_MS = 1000;
const TERMINAL_MS = 200;
const ELSEWHERE_MS = 10_000;
const MB = 1e6;

/** Tells on standard error how far a long file is read. */
export class ReadingProgress {
  readonly #system: System;
  readonly #what: string;
  readonly #begunMs: number;
  #toldMs: number;
  #isTold = false;
  #bytes = 0;

  constructor(system: System, what: string) {
    this.#system = system;
    this.#what = what;
    this.#begunMs = this.#toldMs = system.wallMs();
  }

  /** So many bytes more were read. */
  add(bytes: number, done: number | null): void {
    this.#bytes += bytes;
    const nowMs = this.#system.wallMs();
    const { stderr } = this.#system;
    const everyMs = stderr.isTerminal ? TERMINAL_MS : ELSEWHERE_MS;
    if (nowMs - this.#begunMs < QUIET_MS || nowMs - this.#toldMs < everyMs) {
      return;
    }
    this.#toldMs = nowMs;
    this.#isTold = true;
    const speed = this.#bytes / MB / Math.max(0.001, nowMs - this.#begunMs) *
      1000;
    const share = done === null ? "" : `, ${Math.floor(done * 100)} %`;
    const text = `kar: ${this.#what}: ${
      Math.round(this.#bytes / MB)
    } MB${share}, ${Math.round(speed)} MB/s`;
    if (stderr.isTerminal) {
      stderr.paint(joined([LINE_START, csi("K"), plain(text)]));
    } else stderr.write(`${text}\n`);
  }

  /** Takes its line away again. */
  end(): void {
    const { stderr } = this.#system;
    if (this.#isTold && stderr.isTerminal) {
      stderr.paint(joined([LINE_START, csi("K")]));
    }
  }
}
