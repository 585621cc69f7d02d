import assert from "node:assert/strict";
import { KarError } from "../../../src/base/mod.ts";
import { parseConfig } from "../../../src/config/mod.ts";
import {
  type Asker,
  BACK,
  type WizardDeps,
} from "../../../src/screen/wizard/mod.ts";
import { fakeForecast } from "./fake_forecast.ts";

/** An answer, Esc, Esc after something was typed, or "as it stands". */
export type Reply =
  | string
  | typeof BACK
  | { readonly typed: string }
  | undefined;

/** A person who knows what to answer; questions are noted with what stood there. */
export class Person implements Asker {
  readonly asked: string[] = [];
  readonly complaints: string[] = [];
  readonly #replies: Reply[];

  constructor(replies: readonly Reply[]) {
    this.#replies = [...replies];
  }

  page(page: Parameters<Asker["page"]>[0]) {
    page({ columns: 80, rows: 24 });
  }

  text({ message, initial, complaint, left }: Parameters<Asker["text"]>[0]) {
    for (;;) {
      const reply = this.#next(message, initial);
      if (typeof reply === "object") {
        left?.(reply.typed);
        return Promise.resolve<typeof BACK>(BACK);
      }
      const why = typeof reply === "string" ? complaint(reply) : null;
      if (why === null) return Promise.resolve(reply);
      this.complaints.push(why);
    }
  }

  choose({ message, initial }: Parameters<Asker["choose"]>[0]) {
    const reply = this.#next(message, initial);
    assert.ok(typeof reply !== "object");
    return Promise.resolve(reply);
  }

  wait<T>(_message: string, work: Promise<T>): Promise<T> {
    return work;
  }

  #next(message: string, initial: string): Exclude<Reply, undefined> {
    this.asked.push(`${message.split(/[:,;?]/)[0]} [${initial}]`);
    if (this.#replies.length === 0) throw new KarError("cancelled", "end");
    return this.#replies.shift() ?? initial;
  }
}

export function parsed(text: string) {
  return parseConfig(text, {
    file: "kar.yaml",
    environment: () => undefined,
    systemZone: "UTC",
  });
}

/** Dependencies with the real parser and no network. */
export function wizardDeps(changes: Partial<WizardDeps> = {}): WizardDeps {
  return {
    problems: (text) => parsed(text).problems,
    readRows: () => Promise.resolve(null),
    rowFields: () => [],
    preview: () => ({ forecast: fakeForecast(), zone: "UTC" }),
    host: () => Promise.resolve({ name: "localhost", isOwn: true }),
    reach: () => Promise.resolve({ isOk: true, text: "answers" }),
    save: () => Promise.resolve({ kind: "saved" }),
    ...changes,
  };
}

/** Every question is answered as it stands. */
export const ACCEPTED = new Array<Reply>(11).fill(undefined);
