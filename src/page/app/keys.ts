/** What the keyboard can do, by key; shown by `?`. */
export interface KeyBinding {
  readonly key: string;
  readonly does: string;
  readonly run: () => void;
}

/** Listens for keys, but not while the user types or holds another key down. */
export function listen(keys: readonly KeyBinding[]): void {
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { target } = event;
    const isWriting = target instanceof HTMLInputElement ||
      target instanceof HTMLSelectElement;
    const found = keys.find(({ key }) => key === event.key);
    if (found === undefined || isWriting && event.key !== "Escape") return;
    event.preventDefault();
    found.run();
  });
}
