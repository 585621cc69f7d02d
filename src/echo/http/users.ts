/** One entry of the sample API. */
export interface User {
  readonly id: number;
  readonly name: string;
  readonly email: string;
}

/** What a client says about a user. */
export type UserDraft = Omit<User, "id">;

/** Users kept at once. A new one past it takes the place of the oldest. */
export const MAX_USERS = 100;
/** Characters of a name or an address. */
export const MAX_FIELD_LENGTH = 200;

const SEED_NAMES = ["Ada", "Edsger", "Grace", "Barbara", "Alan"];

/** The users of the sample API: a small table in memory, bounded under endless load. */
export class UserStore {
  readonly #users = new Map<number, User>();
  #lastId = 0;

  constructor() {
    for (const name of SEED_NAMES) {
      this.create({ name, email: `${name.toLowerCase()}@example.com` });
    }
  }

  list(): User[] {
    return [...this.#users.values()];
  }

  get(id: number): User | undefined {
    return this.#users.get(id);
  }

  create(draft: UserDraft): User {
    if (this.#users.size >= MAX_USERS) this.#dropOldest();
    const user = { id: ++this.#lastId, ...draft };
    this.#users.set(user.id, user);
    return user;
  }

  /** @returns undefined when there is no such user */
  replace(id: number, draft: UserDraft): User | undefined {
    if (!this.#users.has(id)) return undefined;
    const user = { id, ...draft };
    this.#users.set(id, user);
    return user;
  }

  /** @returns whether there was such a user */
  remove(id: number): boolean {
    return this.#users.delete(id);
  }

  /** A map keeps its keys in order of insertion, so the first is the oldest. */
  #dropOldest(): void {
    for (const id of this.#users.keys()) {
      this.#users.delete(id);
      return;
    }
  }
}

/** Reads what a client sent; undefined when it is not a user. */
export function parseDraft(json: unknown): UserDraft | undefined {
  if (typeof json !== "object" || json === null) return undefined;
  const { name, email = "" } = json as Record<string, unknown>;
  if (!isField(name) || !isField(email) || name === "") return undefined;
  return { name, email };
}

function isField(value: unknown): value is string {
  return typeof value === "string" && value.length <= MAX_FIELD_LENGTH;
}
