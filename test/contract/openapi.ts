// Intercom's published OpenAPI as JSON schemas, and its published examples.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";
import ajvFormats from "ajv-formats";
import { parse } from "yaml";
import { at, isObject, type JsonObject, type JsonValue } from "../fake/json.ts";
import { DEVIATIONS, EXTRA_PROPERTIES, OPEN_SCHEMAS } from "./deviations.ts";

// The package is CommonJS: its function is under `default` when it is imported.
const addFormats = ajvFormats.default;

export class OpenApi {
  private readonly document: JsonObject;
  private readonly ajv: Ajv;
  private readonly validators = new Map<string, ValidateFunction>();

  constructor() {
    this.document = parse(readFileSync(join(import.meta.dirname, "intercom-openapi-2.16.yaml"), "utf8"));
    this.ajv = new Ajv({ strict: false, allErrors: true, logger: false });
    addFormats(this.ajv);
    const schemas = at(this.document, "components.schemas");
    for (const [name, schema] of Object.entries(isObject(schemas) ? schemas : {})) {
      this.ajv.addSchema(toJsonSchema(schema, name), `#/components/schemas/${name}`);
    }
  }

  /** What is wrong with an answer, by the schema of its operation and status; empty when nothing is. */
  problems(route: string, status: number, answer: JsonValue): readonly string[] {
    const validate = this.validator(route, status);
    if (validate(answer)) return [];
    return (validate.errors ?? []).map(
      (error) => `${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`,
    );
  }

  /** The published examples of an operation's answer, by name. */
  examples(route: string, status: number): ReadonlyMap<string, JsonObject> {
    const examples = this.response(route, status)["examples"];
    const all = new Map<string, JsonObject>();
    for (const [name, example] of Object.entries(isObject(examples) ? examples : {})) {
      const value = isObject(example) ? example["value"] : undefined;
      if (isObject(value)) all.set(name, value);
    }
    return all;
  }

  private validator(route: string, status: number): ValidateFunction {
    const key = `${route} ${status}`;
    let validate = this.validators.get(key);
    if (validate === undefined) {
      const { schema } = this.response(route, status);
      if (schema === undefined) throw new Error(`no schema for ${key}`);
      validate = this.ajv.compile(toJsonSchema(schema, key));
      this.validators.set(key, validate);
    }
    return validate;
  }

  /** The JSON content of an operation's answer: `schema` and `examples`. */
  private response(route: string, status: number): JsonObject {
    const [method = "", path = ""] = route.split(" ");
    const paths = this.document["paths"];
    for (const [template, item] of Object.entries(isObject(paths) ? paths : {})) {
      if (template.replace(/\{[^}]*\}/g, "{id}") !== path || !isObject(item)) continue;
      const operation = item[method.toLowerCase()];
      const responses = isObject(operation) ? operation["responses"] : undefined;
      let answer = isObject(responses) ? responses[String(status)] : undefined;
      if (isObject(answer) && typeof answer["$ref"] === "string") {
        answer = at(this.document, answer["$ref"].slice(2).replaceAll("/", "."));
      }
      const content =
        isObject(answer) && isObject(answer["content"]) ? answer["content"]["application/json"] : undefined;
      if (isObject(content)) return content;
    }
    throw new Error(`the OpenAPI has no answer ${status} of ${route}`);
  }
}

/**
 * OpenAPI 3.0 → JSON schema: `nullable`, closed objects, and the deviations that are listed. `name` is the schema's, or
 * its place in one; operations and the parts of a combination stay open.
 */
function toJsonSchema(schema: JsonValue, name: string): JsonObject {
  if (!isObject(schema)) return {};
  const { nullable, example: _, examples: __, format, discriminator: ___, ...rest } = schema;
  const converted: Record<string, JsonValue> = { ...rest };
  // A remark rather than a rule on integers ("date-time"); and what is called a URI is often a path.
  if (typeof format === "string" && schema["type"] === "string")
    converted["format"] = format === "uri" ? "uri-reference" : format;
  for (const combiner of ["allOf", "anyOf", "oneOf"]) {
    const parts = schema[combiner];
    if (Array.isArray(parts)) converted[combiner] = parts.map((part: JsonValue) => toJsonSchema(part, ""));
  }
  if (isObject(schema["items"])) converted["items"] = toJsonSchema(schema["items"], `${name}[]`);
  if (isObject(schema["additionalProperties"])) {
    const deviation = DEVIATIONS[`${name}.*`];
    const inner = toJsonSchema(schema["additionalProperties"], "");
    converted["additionalProperties"] = deviation === undefined ? inner : { anyOf: [inner, deviation.alsoAllowed] };
  }
  if (isObject(schema["properties"])) {
    const properties: Record<string, JsonValue> = {};
    for (const [property, value] of Object.entries(schema["properties"])) {
      const deviation = DEVIATIONS[`${name}.${property}`];
      const inner = toJsonSchema(value, `${name}.${property}`);
      properties[property] = deviation === undefined ? inner : { anyOf: [inner, deviation.alsoAllowed] };
    }
    for (const extra of EXTRA_PROPERTIES[name]?.properties ?? []) properties[extra] = {};
    converted["properties"] = properties;
    // What the documentation does not know the fake must not invent.
    if (
      schema["additionalProperties"] === undefined &&
      schema["allOf"] === undefined &&
      /^[a-z_[\].]+$/.test(name) &&
      !OPEN_SCHEMAS.has(name)
    )
      converted["additionalProperties"] = false;
  }
  if (nullable !== true) return converted;
  return { anyOf: [converted, { type: "null" }] };
}
