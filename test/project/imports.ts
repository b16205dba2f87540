import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseSync, Visitor } from "oxc-parser";

/** An import from one file of a tree to another, as paths from the tree's root. */
export type Import = {
  readonly from: string;
  readonly to: string;
  /** Whether only types cross: `import type`, `export type … from` or a type `import("…")`. */
  readonly isType: boolean;
};

/** Every import of files in a folder: static, dynamic, re-exported, and of types. Imports of packages are left out. */
export function importsIn(folder: string): readonly Import[] {
  return globSync("**/*.ts", { cwd: folder })
    .sort()
    .flatMap((file) => importsOf(file, readFileSync(join(folder, file), "utf8")));
}

/** The imports of one file. Errors: Error when the file does not parse, or computes what it imports. */
export function importsOf(file: string, source: string): readonly Import[] {
  const { program, errors } = parseSync(file, source);
  if (errors.length > 0) throw new Error(`${file} does not parse: ${errors[0]?.message}`);
  const imports: Import[] = [];
  const add = (target: unknown, isType: boolean): void => {
    if (typeof target !== "string") throw new Error(`${file} computes what it imports: name the file`);
    if (target.startsWith(".")) imports.push({ from: file, to: join(dirname(file), target), isType });
  };
  new Visitor({
    ImportDeclaration: ({ source, importKind }) => add(source.value, importKind === "type"),
    ExportNamedDeclaration: ({ source, exportKind }) => {
      if (source !== null) add(source.value, exportKind === "type");
    },
    ExportAllDeclaration: ({ source, exportKind }) => add(source.value, exportKind === "type"),
    ImportExpression: ({ source }) => add(source.type === "Literal" ? source.value : undefined, false),
    TSImportType: ({ source }) => add(source.value, true),
  }).visit(program);
  return imports;
}

/** Groups of files that import each other in a circle, types included, each sorted. A file that imports itself is one. */
export function circlesIn(imports: readonly Import[]): readonly (readonly string[])[] {
  const targets = Map.groupBy(imports, ({ from }) => from);
  const reachable = (file: string): ReadonlySet<string> => {
    const reached = new Set<string>();
    const waiting = [file];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop())
      for (const { to } of targets.get(next) ?? []) {
        if (reached.has(to)) continue;
        reached.add(to);
        waiting.push(to);
      }
    return reached;
  };
  const reached = new Map([...targets.keys()].map((file) => [file, reachable(file)]));
  const inCircle = [...reached].filter(([file, files]) => files.has(file)).map(([file]) => file);
  const circles = inCircle.map((file) =>
    inCircle.filter((other) => reached.get(file)?.has(other) && reached.get(other)?.has(file)).sort(),
  );
  return [...new Map(circles.map((circle) => [circle.join(), circle])).values()];
}
