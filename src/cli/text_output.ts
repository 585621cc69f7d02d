import { type Painted, plain, type Unpainted } from "../base/mod.ts";
import type { Output } from "./system.ts";

/**
 * A stream of text whose one way in is `Painted`: whoever writes any other text
 * writes what can be seen of it.
 */
export abstract class TextOutput implements Output {
  abstract readonly isTerminal: boolean;
  abstract readonly isOpen: boolean;
  abstract paint(text: Painted): void;

  write(text: Unpainted): void {
    this.paint(plain(text));
  }
}
