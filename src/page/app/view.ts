/** What the reader looks at: a stretch of time, perhaps one target, perhaps one scenario. */
export interface ViewState {
  /** Seconds since the start; null = everything. */
  readonly window: readonly [from: number, to: number] | null;
  /** Null = all. */
  readonly target: string | null;
  /** Null = all time, whatever scenario went on. */
  readonly scenario: string | null;
}

/** What is different in a view: the window alone, or what is in it as well. */
export type ViewChange = "window" | "all";

const TIME_KEY = "t";
const TARGET_KEY = "target";
const SCENARIO_KEY = "scenario";
const WINDOW_REGEXP = /^(-?\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)$/;
/** Time for which the address stays as it is. */
const WRITE_MS = 200;
/** The shortest stretch that can be shown. */
const SECONDS_MIN = 0.5;

/** Reads `#t=61-75.5&target=api`; a wrong value means everything. */
function parseHash(hash: string): ViewState {
  const params = new URLSearchParams(hash.replace(/^#/, ""));
  const match = WINDOW_REGEXP.exec(params.get(TIME_KEY) ?? "");
  const from = Number(match?.[1]);
  const to = Number(match?.[2]);
  return {
    window: match !== null && to - from >= SECONDS_MIN ? [from, to] : null,
    target: params.get(TARGET_KEY),
    scenario: params.get(SCENARIO_KEY),
  };
}

/** Writes what `parseHash` reads; nothing for everything. */
function formatHash({ window, target, scenario }: ViewState): string {
  const params = new URLSearchParams();
  if (window !== null) {
    const [from, to] = window.map((sec) => String(Number(sec.toFixed(1))));
    params.set(TIME_KEY, `${from}-${to}`);
  }
  if (target !== null) params.set(TARGET_KEY, target);
  if (scenario !== null) params.set(SCENARIO_KEY, scenario);
  const text = params.toString();
  return text === "" ? "" : `#${text}`;
}

/** The view, kept in the address: a link shows what its sender saw. */
export class View {
  #state: ViewState;
  readonly #changed: (what: ViewChange) => void;
  #writtenMs = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(changed: (what: ViewChange) => void) {
    this.#changed = changed;
    this.#state = parseHash(location.hash);
    addEventListener("hashchange", () => {
      const state = parseHash(location.hash);
      if (formatHash(state) === formatHash(this.#state)) return;
      this.#state = state;
      changed("all");
    });
  }

  get window(): ViewState["window"] {
    return this.#state.window;
  }

  get target(): string | null {
    return this.#state.target;
  }

  get scenario(): string | null {
    return this.#state.scenario;
  }

  /**
   * A browser takes milliseconds for it, and refuses when it is asked too
   * often: the first change at once, then some a second.
   */
  #write(): void {
    clearTimeout(this.#timer);
    const sinceMs = performance.now() - this.#writtenMs;
    if (sinceMs < WRITE_MS) {
      this.#timer = setTimeout(() => this.#write(), WRITE_MS - sinceMs);
      return;
    }
    this.#writtenMs = performance.now();
    const address = formatHash(this.#state) || location.pathname;
    history.replaceState(null, "", address);
  }

  set(more: Partial<ViewState>): void {
    const state = { ...this.#state, ...more };
    const { window } = state;
    if (window !== null && window[1] - window[0] < SECONDS_MIN) return;
    const isZoom = state.target === this.#state.target &&
      state.scenario === this.#state.scenario;
    this.#state = state;
    this.#write();
    this.#changed(isZoom ? "window" : "all");
  }
}
