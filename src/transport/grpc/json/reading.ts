import { excerpt } from "../../../base/mod.ts";
import type { Json } from "../../../plan/mod.ts";

/** Keys and indexes from the message to a value. */
export type JsonPath = readonly (string | number)[];

/** One value that cannot be sent, and why. */
export interface Mistake {
  readonly path: JsonPath;
  /** What would be right, and what is there. */
  readonly message: string;
}

/** Upper bound of mistakes reported for one message. */
const MISTAKES_MAX = 50;
const SHOWN_CHARS = 60;

/** What reading one message needs. */
export class MessageReading {
  readonly mistakes: Mistake[] = [];
  /** Replaces `${NAME}` in a string. */
  readonly expand: (text: string) => string;

  /** Whether complaints leave values out. */
  readonly hidesValues: boolean;

  constructor(expand: (text: string) => string, hidesValues = false) {
    this.expand = expand;
    this.hidesValues = hidesValues;
  }

  /** Reports a mistake; a wrong value has no bytes. */
  wrong(path: JsonPath, message: string): null {
    if (this.mistakes.length < MISTAKES_MAX) {
      this.mistakes.push({ path, message });
    }
    return null;
  }

  /** As `wrong`, with the value as it was written: never the value of a variable. */
  notA(what: string, json: Json, path: JsonPath): null {
    const got = this.hidesValues ? "" : `, got ${shown(json)}`;
    return this.wrong(path, `must be ${what}${got}`);
  }
}

/** A value for a message. */
function shown(json: Json): string {
  if (Array.isArray(json)) return "a list";
  if (typeof json === "object" && json !== null) return "a mapping";
  return excerpt(JSON.stringify(json), SHOWN_CHARS);
}

/** A JSON mapping. */
export type JsonObject = { readonly [key: string]: Json };

/** Whether a value is a mapping. */
export function isObject(json: Json): json is JsonObject {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}
