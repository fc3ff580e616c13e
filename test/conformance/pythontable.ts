/** The results as the table that stands in docs/compatibility.md. Pure. */

export interface Line {
  call: string;
  wire: string;
  good: boolean;
  note: string;
}

const BEGIN = '<!-- python-client: written by npm run conformance -- python-client --path DIR --write -->';
const END = '<!-- python-client: end -->';

/** What the store has beside kinds of entity. */
const ALONE: ReadonlySet<string> = new Set(
  'event bulk graphql bundle verdict version status metrics properties'.split(' '),
);

/** The call with the kind of entity left open, where it is one that all kinds have. */
const generic = ({ call, wire }: Line): string =>
  call.replace(/^[a-z_]+(?=\.(?:post|put|get|delete|patch|external_id|search|metric|expire))/, (kind) =>
    wire.includes(' /ctia/') && !ALONE.has(kind) ? '*entity*' : kind,
  );

/** Calls of all kinds of entity in one row each, the others one by one. */
export function table(lines: readonly Line[]): string {
  const rows = new Map<string, Line[]>();
  for (const line of lines) {
    const key = generic(line);
    rows.set(key, [...(rows.get(key) ?? []), line]);
  }
  const body = [...rows].map(([call, all]) => {
    const bad = all.filter((line) => !line.good).length;
    const wire =
      all.length > 1 ? (all[0]?.wire.replace(/\/ctia\/[a-z-]+/, '/ctia/{kind}') ?? '') : (all[0]?.wire ?? '');
    const note = [...new Set(all.map((line) => line.note).filter((text) => text !== ''))]
      .slice(0, 1)
      .join('');
    return `| \`${call}\` | \`${wire}\` | ${all.length} | ${bad === 0 ? 'yes' : `${bad} not`} | ${note.replaceAll('|', '\\|')} |`;
  });
  return [
    '| call of the client | on the wire | kinds | as expected | |',
    '|---|---|---|---|---|',
    ...body,
  ].join('\n');
}

/** The document with the table in its place. */
export function withTable(document: string, lines: readonly Line[]): string {
  const distinct = new Set(lines.map((line) => line.call)).size;
  const good = lines.filter((line) => line.good).length;
  const text = `${BEGIN}\n${distinct} distinct calls, ${good} of ${lines.length} as the client expects.\n\n${table(lines)}\n${END}`;
  const [from, to] = [document.indexOf(BEGIN), document.indexOf(END)];
  if (from < 0 || to < 0) return `${document.trimEnd()}\n\n${text}\n`;
  return document.slice(0, from) + text + document.slice(to + END.length);
}
