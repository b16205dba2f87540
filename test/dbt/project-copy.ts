import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

const projectRoot = join(import.meta.dirname, "../..");
const projectParts = ["dbt_project.yml", "profiles.yml", "models", "macros", "seeds", "test/dbt/generic"];

/** A copy of the dbt project in which a test may change files, as an upgrade does. */
export class ProjectCopy {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async make(folder: string): Promise<ProjectCopy> {
    await mkdir(folder, { recursive: true });
    for (const part of projectParts) await cp(join(projectRoot, part), join(folder, part), { recursive: true });
    return new ProjectCopy(folder);
  }

  /** Flags that make dbt build the copy. */
  get flags(): readonly string[] {
    return ["--project-dir", this.#folder, "--profiles-dir", this.#folder];
  }

  /** Replaces a text of a file. Errors: Error when the file does not have the text. */
  async change(file: string, text: string, replacement: string): Promise<void> {
    const path = join(this.#folder, file);
    const before = await readFile(path, "utf8");
    if (!before.includes(text)) throw new Error(`${file} has no ${JSON.stringify(text)}`);
    await writeFile(
      path,
      before.replace(text, () => replacement),
    );
  }
}
