/**
 * Everything that the page builds. Texts come from people and servers, so they
 * become text nodes and nothing else: no function here takes markup.
 */

/** What an element may be given beside its text. */
export interface Extra {
  readonly class?: string;
  readonly id?: string;
  readonly title?: string;
  /** Where the number is in the report, for programs that read the page. */
  readonly path?: string;
}

/** An element with a text. */
export function el<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  text = "",
  extra: Extra = {},
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  if (text !== "") made.textContent = text;
  if (extra.class !== undefined) made.className = extra.class;
  if (extra.id !== undefined) made.id = extra.id;
  if (extra.title !== undefined) made.title = extra.title;
  if (extra.path !== undefined) made.dataset.path = extra.path;
  return made;
}

/** An element with others inside. */
export function box<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  className: string,
  ...inside: readonly (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const made = el(tag, "", className === "" ? {} : { class: className });
  made.append(...inside);
  return made;
}

/** A colour of the legend, by the name of its variable in the style sheet. */
export interface Key {
  readonly color: string;
  readonly name: string;
  /** How it is drawn, so that colour is not the only sign. */
  readonly mark?: "line" | "dash" | "dots" | "block" | "hatch";
  /** How often it occurred. */
  readonly count?: string;
}

/** A figure of the page: caption, legend, and room for what is drawn. */
export interface Figure {
  readonly element: HTMLElement;
  /** What is drawn goes in here. */
  readonly room: HTMLElement;
  /** Says in a sentence what can be seen, for readers who do not see it. */
  say(text: string): void;
  keys(keys: readonly Key[]): void;
  /** Says why nothing is drawn, in the place of the drawing; null = it is drawn. */
  empty(why: string | null): void;
}

/** A figure with a title, and a sentence on how to read it. */
export function figure(title: string, how: string): Figure {
  const legend = el("ul", "", { class: "keys" });
  const room = el("div", "", { class: "room" });
  room.setAttribute("role", "img");
  room.setAttribute("aria-label", `${title}. ${how}`);
  const caption = box("figcaption", "", el("h2", title), el("p", how));
  const note = el("p", "", { class: "nothing" });
  return {
    element: box("figure", "", caption, note, legend, room),
    room,
    say: (text) => room.setAttribute("aria-label", `${title}. ${text}`),
    keys: (keys) => legend.replaceChildren(...keys.map(keyItem)),
    empty(why) {
      note.textContent = why ?? "";
      note.hidden = why === null;
      room.hidden = legend.hidden = why !== null;
    },
  };
}

function keyItem({ color, name, mark = "block", count }: Key): HTMLElement {
  const sign = el("i", "", { class: mark });
  sign.style.setProperty("--key", `var(${color})`);
  const item = box("li", "", sign, name);
  if (count !== undefined) item.append(el("b", count));
  return item;
}

/** One cell of a table: a text, or a number with its place in the report. */
export interface Cell {
  readonly text: string;
  readonly path?: string;
  readonly class?: string;
}

/** A table that scrolls sideways by itself where there is little room. */
export function table(
  name: string,
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
): HTMLElement {
  const header = box(
    "tr",
    "",
    ...head.map((text, i) => {
      const words = rows[0]?.[i]?.class;
      const cell = el("th", text, words === undefined ? {} : { class: words });
      cell.scope = "col";
      return cell;
    }),
  );
  const body = box("tbody", "", ...rows.map(rowOf));
  const made = box("table", "", box("thead", "", header), body);
  const room = box("div", "scroll", made);
  room.tabIndex = 0;
  room.setAttribute("role", "region");
  room.setAttribute("aria-label", name);
  return room;
}

function rowOf(cells: readonly Cell[]): HTMLElement {
  return box(
    "tr",
    "",
    ...cells.map(({ text, ...extra }, i) => {
      if (i > 0) return el("td", text, extra);
      const head = el("th", text, extra);
      head.scope = "row";
      return head;
    }),
  );
}

/** Something that is folded away until it is asked for. */
export function folded(title: string, ...inside: Node[]): HTMLDetailsElement {
  return box("details", "", el("summary", title), ...inside);
}
