import { variablesIn } from "../base/mod.ts";
import { hasFields, meant } from "./literal.ts";
import type {
  Draft,
  DraftContent,
  DraftTarget,
  Secret,
  Template,
} from "./types.ts";

/*
 * What is taken for a secret goes by names: of headers, of parameters, of keys.
 * A name too many costs a variable; one too few puts a password into a file.
 */

const SECRET_NAME =
  /auth(?!or(?!iz))|cookie|token|secret|passw|passphrase|api[-_]?key|access[-_]?key|private[-_]?key|session|csrf|xsrf|signature|credential|otp$/i;
/** Short ones, which are parts of harmless words. */
const SECRET_WORD = /^(?:pwd|pass|pin|key|sig|jwt|sid)$/i;
/** A signed token says so itself, wherever it stands (RFC 7519). */
const JWT_REGEXP = /eyJ[\w-]{8,}\.[\w-]+\.[\w-]*/;
/** `Bearer abc`: the scheme is not a secret. */
const SCHEME_REGEXP = /^([A-Za-z][\w-]*) +(\S.*)$/;

const QUERY_REGEXP = /([?&])([^=&#]+)=([^&#]*)/g;
const FORM_REGEXP = /(^|&)([\w.%[\]-]+)=([^&]*)/g;
const JSON_REGEXP = /"((?:[^"\\]|\\.)*)"(\s*:\s*)"((?:[^"\\]|\\.)*)"/g;
const PART_REGEXP = /(; name="([^"]*)"\r\n\r\n)([^\r]*)(?=\r\n--)/g;

/** Whether a header, parameter or key of this name holds a secret. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name) || SECRET_WORD.test(name);
}

/** A draft without secrets, and what they were. */
export interface Hidden {
  readonly draft: Draft;
  readonly secrets: readonly Secret[];
}

/** Puts a variable in the place of everything that looks like a secret. */
export function withoutSecrets(draft: Draft): Hidden {
  const steps = draft.journeys?.flatMap(({ steps }) => steps) ?? [];
  const vault = new Vault([...draft.targets, ...steps].flatMap(textsOf));
  const targets = draft.targets.map((target) => hiddenTarget(target, vault));
  const journeys = draft.journeys?.map((journey) => ({
    ...journey,
    steps: journey.steps.map((step) => hiddenTarget(step, vault)),
  }));
  const { secrets } = vault;
  const clean = (text: string) => scrubbed(text, secrets);
  return {
    draft: {
      ...draft,
      notes: draft.notes.map(clean),
      targets: targets.map((target) => cleaned(target, clean)),
      ...(journeys && {
        journeys: journeys.map((journey) => ({
          ...journey,
          steps: journey.steps.map((step) => cleaned(step, clean)),
        })),
      }),
    },
    secrets,
  };
}

function cleaned<Target extends DraftTarget>(
  target: Target,
  clean: (text: string) => string,
): Target {
  return {
    ...target,
    name: clean(target.name),
    ...(target.comments && { comments: target.comments.map(clean) }),
  };
}

/** A shorter value stands by chance in many a text. */
const SCRUBBED_CHARS_MIN = 4;

/** A text for people, which may hold a part of what a secret stood in. */
function scrubbed(text: string, secrets: readonly Secret[]): string {
  return secrets.filter(({ value }) => value.length >= SCRUBBED_CHARS_MIN)
    .reduce((clean, { value }) => clean.replaceAll(value, "…"), text);
}

function textsOf(target: DraftTarget): Template[] {
  const { url, headers, body, content, basicAuth, grpc } = target;
  const rest = JSON.stringify([content, basicAuth, grpc?.message]);
  return [url, body ?? "", rest, ...headers.map(([, value]) => value)];
}

/** The secrets found so far, each value under one name. */
class Vault {
  readonly secrets: Secret[] = [];
  readonly #taken: Set<string>;

  constructor(texts: readonly Template[]) {
    this.#taken = new Set(texts.flatMap(variablesIn));
  }

  /** The variable in place of a value; what is one already, or empty, stays. */
  put(template: Template, name: string, place: string): Template {
    const value = meant(template);
    const varies = variablesIn(template).length > 0 || hasFields(template);
    if (value === "" || varies) return template;
    const known = this.secrets.find((secret) => secret.value === value);
    if (known !== undefined) return `\${${known.name}}`;
    const free = this.#free(variableName(name));
    this.secrets.push({ name: free, value, place });
    return `\${${free}}`;
  }

  #free(name: string): string {
    let free = name;
    for (let n = 2; this.#taken.has(free); n++) free = `${name}_${n}`;
    this.#taken.add(free);
    return free;
  }
}

function variableName(name: string): string {
  const upper = name.toUpperCase().replace(/[^A-Z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "");
  return /^[A-Z]/.test(upper) ? upper : `SECRET_${upper}`.replace(/_$/, "");
}

function hiddenTarget<Target extends DraftTarget>(
  target: Target,
  vault: Vault,
): Target {
  const { url, headers, body, content, basicAuth, grpc } = target;
  return {
    ...target,
    url: hiddenQuery(url, vault),
    headers: headers.map(([name, value]) => [
      name,
      hiddenHeader(name, value, vault),
    ]),
    ...(body !== undefined && { body: hiddenBody(body, vault) }),
    ...(content !== undefined && { content: hiddenContent(content, vault) }),
    ...(basicAuth !== undefined && {
      basicAuth: {
        user: basicAuth.user,
        password: vault.put(basicAuth.password, "PASSWORD", "basic_auth"),
      },
    }),
    ...(grpc !== undefined && {
      grpc: { ...grpc, message: hiddenMessage(grpc.message, vault) },
    }),
  };
}

function hiddenHeader(name: string, value: Template, vault: Vault): Template {
  const place = `header ${name}`;
  if (!isSecretName(name)) return hiddenTokens(value, vault, place);
  const scheme = /authorization$/i.test(name)
    ? SCHEME_REGEXP.exec(value)
    : null;
  return scheme === null
    ? vault.put(value, name, place)
    : `${scheme[1]} ${vault.put(scheme[2]!, name, place)}`;
}

function hiddenQuery(url: Template, vault: Vault): Template {
  const found = url.replaceAll(
    QUERY_REGEXP,
    (all, before, name, value) =>
      isSecretName(name)
        ? `${before}${name}=${vault.put(value, name, `query ${name}`)}`
        : all,
  );
  return hiddenTokens(found, vault, "URL");
}

function hiddenBody(body: Template, vault: Vault): Template {
  const found = /^\s*[[{]/.test(body)
    ? body.replaceAll(
      JSON_REGEXP,
      (all, name, colon, value) =>
        isSecretName(name)
          ? `"${name}"${colon}"${vault.put(value, name, `body, ${name}`)}"`
          : all,
    )
    : body
      .replaceAll(
        PART_REGEXP,
        (all, before, name, value) =>
          isSecretName(name)
            ? before + vault.put(value, name, `body, ${name}`)
            : all,
      )
      .replaceAll(
        FORM_REGEXP,
        (all, before, name, value) =>
          isSecretName(name)
            ? `${before}${name}=${vault.put(value, name, `body, ${name}`)}`
            : all,
      );
  return hiddenTokens(found, vault, "body");
}

function hiddenContent(content: DraftContent, vault: Vault): DraftContent {
  const field = (name: string, value: Template) =>
    isSecretName(name)
      ? vault.put(value, name, `body, ${name}`)
      : hiddenTokens(value, vault, "body");
  switch (content.kind) {
    case "json":
      return { ...content, value: hiddenMessage(content.value, vault) };
    case "form": {
      const fields = content.fields.map(([name, value]) =>
        [name, field(name, value)] as const
      );
      return { ...content, fields };
    }
    case "multipart": {
      const parts = content.parts.map((part) =>
        "value" in part
          ? { ...part, value: field(part.name, part.value) }
          : part
      );
      return { ...content, parts };
    }
    case "file":
      return content;
  }
}

/** Strings of a message are templates each, whatever stands around them. */
function hiddenMessage(value: unknown, vault: Vault, key = ""): unknown {
  if (typeof value === "string") {
    return isSecretName(key)
      ? vault.put(value, key, `message, ${key}`)
      : hiddenTokens(value, vault, "message");
  }
  if (Array.isArray(value)) {
    return value.map((item) => hiddenMessage(item, vault, key));
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      hiddenMessage(item, vault, name),
    ]),
  );
}

function hiddenTokens(text: Template, vault: Vault, place: string): Template {
  const token = JWT_REGEXP.exec(text)?.[0];
  return token === undefined
    ? text
    : text.replaceAll(token, () => vault.put(token, "TOKEN", place));
}
