/** The word that says that a statement changes something, then what it changes: `` `project`.`dataset`.`table` ``. */
const changes =
  /\b(?:(?:create(?: or replace)?|drop|alter|truncate)(?: temp(?:orary)?)? (?:table|view|schema|snapshot table)(?: if(?: not)? exists)?|insert(?: into)?|merge(?: into)?|delete from|update)\s+(`[^\s(]+)/gi;
const names = /`[\w-]+`?\.`?(\w+)`?\.`?[\w.]+`/g;

/** The datasets into which a statement writes. */
export function datasetsWritten(sql: string): readonly string[] {
  return [...withoutTexts(sql).matchAll(changes)].flatMap(([, name = ""]) => datasetOf(name));
}

/** The datasets whose tables or views a statement names. */
export function datasetsNamed(sql: string): readonly string[] {
  return [
    ...new Set(
      [...withoutTexts(sql).matchAll(names)].flatMap(([, dataset]) => (dataset === undefined ? [] : [dataset])),
    ),
  ];
}

/** Of `` `project.dataset.table` ``, in whatever quotes, also where only the dataset is named. */
function datasetOf(name: string): readonly string[] {
  const [, dataset] = name.replaceAll("`", "").split(".");
  return dataset === undefined ? [] : [dataset];
}

/** Comments and descriptions may hold any word. */
function withoutTexts(sql: string): string {
  return sql.replaceAll(
    /\/\*[\s\S]*?\*\/|"""(?:\\[\s\S]|(?!""")[\s\S])*"""|'(?:\\[\s\S]|[^'\\])*'|"(?:\\[\s\S]|[^"\\])*"/g,
    "''",
  );
}
