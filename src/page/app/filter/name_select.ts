import { el } from "../dom.ts";

/** One of some names, or all of them. */
export class NameSelect {
  readonly element = el("select");
  readonly #all: string;
  #names: readonly string[] = [];

  /** @param chosen hears of the name; null = all */
  constructor(
    label: string,
    { all, chosen }: {
      readonly all: string;
      readonly chosen: (name: string | null) => void;
    },
  ) {
    this.#all = all;
    this.element.setAttribute("aria-label", label);
    this.element.hidden = true;
    this.element.onchange = () => chosen(this.element.value || null);
  }

  /** Takes the names that there are; between fewer than two things nobody chooses. */
  offer(names: readonly string[], least = 1): void {
    this.element.hidden = names.length < least;
    if (names.join("\n") === this.#names.join("\n")) return;
    this.#names = names;
    this.element.replaceChildren(
      new Option(this.#all, ""),
      ...names.map((name) => new Option(name, name)),
    );
  }

  /** Shows which one it is. */
  show(name: string | null): void {
    this.element.value = name !== null && this.#names.includes(name)
      ? name
      : "";
  }

  /** The next one, and after the last one all of them. */
  after(name: string | null): string | null {
    const all = [null, ...this.#names];
    return all[(all.indexOf(name) + 1) % all.length] ?? null;
  }
}
