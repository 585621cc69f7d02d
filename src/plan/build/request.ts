import type { TargetConfig } from "../../config/mod.ts";
import type { AnswerCheck, Content, Json, Part } from "../../request/mod.ts";

/** The keys of a config that say what a request carries. */
export type RequestConfig = Pick<
  TargetConfig,
  "headers" | "body" | "json" | "form" | "multipart" | "basic_auth" | "check"
>;

/** What a plan has of a request, targets and steps alike. */
export interface RequestPart {
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string | null;
  readonly content?: Content;
  readonly basicAuth?: { readonly user: string; readonly password: string };
  readonly check?: AnswerCheck;
}

/**
 * What a request carries. Keys that are not used are left out, so that the ids
 * of plans without them stay.
 */
export function requestOf(request: RequestConfig): RequestPart {
  const { body, basic_auth: basicAuth, check } = request;
  const content = contentOf(request);
  return {
    headers: Object.entries(request.headers).flatMap(([name, value]) =>
      [value].flat().map((one): [string, string] => [name, one])
    ),
    body: typeof body === "string" ? body : null,
    ...(content !== null && { content }),
    ...(basicAuth && { basicAuth }),
    ...(check && { check: checkOf(check) }),
  };
}

function contentOf(
  { body, json, form, multipart }: RequestConfig,
): Content | null {
  // The file's own value: it can hold nothing that JSON cannot.
  if (json !== undefined) return { kind: "json", value: json as Json };
  if (form !== undefined) {
    const fields = Object.entries(form).flatMap(([name, value]) =>
      [value].flat().map((one): [string, string] => [name, String(one)])
    );
    return { kind: "form", fields };
  }
  if (multipart !== undefined) {
    const parts = Object.entries(multipart).map(([name, value]) =>
      partOf(name, value)
    );
    return { kind: "multipart", parts };
  }
  return typeof body === "object" ? { kind: "file", file: body.file } : null;
}

type PartConfig = NonNullable<RequestConfig["multipart"]>[string];

function partOf(name: string, value: PartConfig): Part {
  if (typeof value !== "object") {
    return { kind: "value", name, value: String(value) };
  }
  const { file, filename, type } = value;
  return {
    kind: "file",
    name,
    file,
    filename: filename ?? file.slice(file.lastIndexOf("/") + 1),
    type: type ?? "application/octet-stream",
  };
}

function checkOf(check: NonNullable<RequestConfig["check"]>): AnswerCheck {
  const { status, header = {}, body = {}, json = {} } = check;
  return {
    status: status ?? null,
    headers: Object.entries(header),
    contains: body.contains ?? null,
    matches: body.matches ?? null,
    json: Object.entries(json) as [string, Json][],
  };
}
