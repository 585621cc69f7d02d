import { box, el } from "../dom.ts";

/** What the page may ask of the run. */
const ACTIONS = [
  ["fire", "Fire"],
  ["pause", "Pause"],
  ["resume", "Resume"],
  ["spike", "Spike"],
  ["stop", "Stop"],
  ["scale", "Scale"],
] as const;
type ActionName = typeof ACTIONS[number][0];

const TOKEN_KEY = "token";

/**
 * Takes the token out of the address and removes it there: addresses are copied
 * and photographed.
 */
export function takeToken(): string | null {
  const params = new URLSearchParams(location.hash.replace(/^#/, ""));
  const token = params.get(TOKEN_KEY);
  if (token === null) return null;
  params.delete(TOKEN_KEY);
  const rest = params.toString();
  history.replaceState(null, "", rest === "" ? location.pathname : `#${rest}`);
  return token;
}

/** Buttons that change the traffic. The token is kept in this tab's memory and nowhere else. */
export class ControlBar {
  readonly element = el("section", "", { class: "control" });
  readonly #told = el("output", "");
  readonly #token = el("input");
  readonly #factor = el("input");

  constructor(token: string | null) {
    this.element.hidden = true;
    this.element.setAttribute("aria-label", "Control");
    this.#token.type = "password";
    this.#token.autocomplete = "off";
    this.#token.value = token ?? "";
    this.#factor.type = "number";
    this.#factor.min = "0";
    this.#factor.step = "0.1";
    this.#factor.value = "1";
    const buttons = ACTIONS.map(([name, label]) => this.#button(name, label));
    this.element.append(
      box("label", "", "Token ", this.#token),
      ...buttons,
      box("label", "", "by ", this.#factor),
      this.#told,
    );
  }

  #button(name: ActionName, label: string): HTMLElement {
    const button = el("button", label);
    button.type = "button";
    let isSure = name !== "stop";
    button.onclick = () => {
      if (isSure) return void this.#ask(name);
      isSure = true;
      button.textContent = "Stop: once more";
    };
    button.onblur = () => {
      isSure = name !== "stop";
      button.textContent = label;
    };
    return button;
  }

  async #ask(action: ActionName): Promise<void> {
    const value = action === "scale" ? this.#factor.valueAsNumber : undefined;
    this.#told.textContent = "…";
    try {
      const response = await fetch("control", {
        method: "POST",
        headers: {
          authorization: `Bearer ${this.#token.value}`,
          "content-type": "application/json",
        },
        body: JSON.stringify({ action, value }),
      });
      this.#told.textContent = (await response.text()).trim();
    } catch {
      this.#told.textContent = "kar does not answer";
    }
  }
}
