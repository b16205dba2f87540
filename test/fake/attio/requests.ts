// Every request is held against Attio's published OpenAPI; activities, which it does not have, against what their guide says.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";
import ajvFormats from "ajv-formats";
import { isObject, type Values } from "./values.ts";

const addFormats = ajvFormats.default;

export class AttioSpecification {
  readonly #paths: Values;
  readonly #ajv = new Ajv({ strict: false, allErrors: true, logger: false });
  readonly #validators = new Map<string, ValidateFunction | undefined>();

  static #shared: AttioSpecification | undefined;

  /** The one of this process: to read it takes longer than most tests. */
  static get shared(): AttioSpecification {
    AttioSpecification.#shared ??= new AttioSpecification();
    return AttioSpecification.#shared;
  }

  private constructor() {
    const text = readFileSync(join(import.meta.dirname, "openapi.json"), "utf8");
    const document: unknown = JSON.parse(text);
    addFormats(this.#ajv);
    const schemas = partOf(document, "components", "schemas");
    for (const [name, schema] of Object.entries(isObject(schemas) ? schemas : {}))
      this.#ajv.addSchema(isObject(schema) ? schema : {}, `#/components/schemas/${name}`);
    const paths = partOf(document, "paths");
    this.#paths = isObject(paths) ? paths : {};
  }

  /** What is wrong with a request's body; empty when nothing is. */
  problemsOfBody(method: string, path: string, body: unknown): readonly string[] {
    return this.#problems(`${method} ${path}`, () => ["requestBody", "content", "application/json", "schema"], body);
  }

  /** What is wrong with an answer's body. */
  problemsOfAnswer(method: string, path: string, status: number, body: unknown): readonly string[] {
    const place = ["responses", String(status), "content", "application/json", "schema"];
    return this.#problems(`${method} ${path} ${status}`, () => place, body);
  }

  #problems(key: string, place: () => readonly string[], body: unknown): readonly string[] {
    if (!this.#validators.has(key)) {
      const [method = "", path = ""] = key.split(" ");
      const schema = partOf(this.#operation(method, path), ...place());
      this.#validators.set(key, isObject(schema) ? this.#ajv.compile(schema) : undefined);
    }
    const validate = this.#validators.get(key);
    if (validate === undefined) return body === undefined ? [] : [`${key} has no such body`];
    if (validate(body)) return [];
    return (validate.errors ?? []).map((error) => `${key}${error.instancePath} ${error.message}`);
  }

  /** Activities are objects under another name, and their attributes those of a target. */
  #operation(method: string, path: string): unknown {
    for (const [template, operations] of Object.entries(this.#paths)) {
      const pattern = new RegExp(`^${template.replaceAll(/\{[^}]+\}/g, "[^/]+")}$`);
      if (pattern.test(path) && isObject(operations) && isObject(operations[method.toLowerCase()]))
        return operations[method.toLowerCase()];
    }
    return undefined;
  }
}

function partOf(value: unknown, ...path: readonly string[]): unknown {
  let found = value;
  for (const key of path) found = isObject(found) ? found[key] : undefined;
  return found;
}
