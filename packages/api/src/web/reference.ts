/** An OpenAPI document as one page to read: no script, nothing from elsewhere, every text inert. Pure. */

type Json = Record<string, unknown>;

interface Parameter {
  name: string;
  in: string;
  required: boolean;
  schema: Json;
}

interface Operation {
  operationId: string;
  summary: string;
  tags: string[];
  'x-permission': string;
  parameters?: (Parameter | { $ref: string })[];
  requestBody?: { content: Record<string, { schema: Json }> };
  responses: Record<string, Json>;
}

interface Document {
  info: { title: string; version: string; description: string };
  paths: Record<string, Record<string, Operation>>;
  components: {
    schemas: Record<string, Json>;
    responses: Record<string, { description: string }>;
    parameters: Record<string, Parameter>;
  };
}

interface Entry extends Operation {
  method: string;
  path: string;
}

/** The page; `files` are the addresses of the document itself and of the style sheet. */
export function referencePage(given: Json, files: { document: string; style: string }): string {
  const document = given as unknown as Document;
  const entries = entriesOf(document);
  const tags = [...new Set(entries.flatMap(({ tags }) => tags))].sort();
  const of = (tag: string): Entry[] => entries.filter((entry) => entry.tags.includes(tag));
  const { title, version, description } = document.info;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="dark light">
<title>${text(title)}: API reference</title>
<link rel="stylesheet" href="${text(files.style)}">
</head>
<body>
<header><h1>${text(title)}</h1><p>${text(description)}</p>
<p>Version ${text(version)} · <a href="${text(files.document)}">OpenAPI 3.1 document</a></p></header>
<nav aria-label="Contents">${tags.map((tag) => contents(tag, of(tag))).join('')}</nav>
<main>${tags.map((tag) => section(tag, of(tag), document)).join('')}
<section><h2 id="schemas">Schemas</h2>${Object.entries(document.components.schemas).map(schemaBlock).join('')}</section>
</main>
</body>
</html>
`;
}

const entriesOf = ({ paths }: Document): Entry[] =>
  Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({
      ...operation,
      method: method.toUpperCase(),
      path,
    })),
  );

const text = (value: string): string =>
  value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');

/** Text with its `names` as code. */
const prose = (value: string): string => text(value).replace(/`([^`]+)`/g, '<code>$1</code>');

/** Part of an id in the page. */
const anchor = (name: string): string => name.replace(/[^A-Za-z0-9_-]+/g, '-');

const contents = (tag: string, entries: Entry[]): string =>
  `<h2><a href="#${anchor(tag)}">${text(tag)}</a></h2><ul>${entries
    .map(
      ({ operationId, method, path }) =>
        `<li><a href="#${anchor(operationId)}"><b>${method}</b> ${text(path)}</a></li>`,
    )
    .join('')}</ul>`;

const section = (tag: string, entries: Entry[], document: Document): string =>
  `<section><h2 id="${anchor(tag)}">${text(tag)}</h2>${entries
    .map((entry) => operationBlock(entry, document))
    .join('')}</section>`;

/** The id is inside, so that a browser that goes there opens it. */
const operationBlock = (entry: Entry, document: Document): string =>
  `<details><summary><b class="${entry.method.toLowerCase()}">${entry.method}</b> <code>${text(entry.path)}</code>
<span>${prose(entry.summary)}</span></summary>
<div id="${anchor(entry.operationId)}"><p>${needs(entry)}</p>${parameters(entry, document)}${body(entry)}${answers(entry, document)}</div></details>`;

function needs({ path, 'x-permission': permission }: Entry): string {
  if (permission === 'public') return 'Open to everybody.';
  if (permission === 'session') return 'For whoever is logged in.';
  const what = /^\/(iroh|ctia)\//.test(path) ? 'the scope' : 'the permission';
  return `Needs ${what} <code>${text(permission)}</code>.`;
}

function parameters({ parameters: list = [] }: Entry, { components }: Document): string {
  if (list.length === 0) return '';
  const all = list.flatMap((one) =>
    '$ref' in one ? (components.parameters[refName(one) ?? ''] ?? []) : one,
  );
  const rows = all.map(
    ({ name, in: where, required, schema }) =>
      `<tr><th scope="row"><code>${text(name)}</code></th><td>${text(where)}${required ? ', required' : ''}</td><td>${typeOf(schema)}</td></tr>`,
  );
  return `<h3>Parameters</h3><table>${rows.join('')}</table>`;
}

function body({ requestBody }: Entry): string {
  if (!requestBody) return '';
  return `<h3>Request body</h3>${mediaOf(requestBody.content)}`;
}

const mediaOf = (content: Record<string, { schema: Json }>): string =>
  Object.entries(content)
    .map(([media, { schema }]) => `<p><code>${text(media)}</code> ${typeOf(schema)}</p>`)
    .join('');

function answers({ responses }: Entry, document: Document): string {
  const rows = Object.entries(responses).map(
    ([status, response]) =>
      `<tr><th scope="row">${text(status)}</th><td>${answer(response, document)}</td></tr>`,
  );
  return `<h3>Answers</h3><table>${rows.join('')}</table>`;
}

function answer(response: Json, { components }: Document): string {
  const name = refName(response);
  if (name !== undefined) return codes(components.responses[name]?.description ?? '');
  const content = response.content as Record<string, { schema: Json }> | undefined;
  return text(String(response.description ?? '')) + (content ? mediaOf(content) : '');
}

/** The codes of a status: a list item each, as openapi.ts writes them. */
const codes = (description: string): string =>
  `<details><summary>faults</summary><ul>${description
    .split('\n')
    .map((line) => `<li>${prose(line.replace(/^- /, ''))}</li>`)
    .join('')}</ul></details>`;

const refName = (schema: Json): string | undefined =>
  typeof schema.$ref === 'string' ? schema.$ref.split('/').at(-1) : undefined;

const schemaBlock = ([name, schema]: [string, Json]): string =>
  `<details><summary><code>${text(name)}</code></summary><div id="schema-${anchor(name)}">${described(schema)}${typeOf(schema)}</div></details>`;

const described = (schema: Json): string =>
  typeof schema.description === 'string' ? `<p>${prose(schema.description)}</p>` : '';

/** Deeper than this an inline schema is only named. */
const DEPTH = 6;

function typeOf(schema: Json, depth = 0): string {
  const name = refName(schema);
  if (name !== undefined) return `<a href="#schema-${anchor(name)}">${text(name)}</a>`;
  if (depth > DEPTH) return '…';
  const choices = (schema.anyOf ?? schema.oneOf) as Json[] | undefined;
  if (choices) return choices.map((one) => typeOf(one, depth + 1)).join(' or ');
  if (schema.const !== undefined) return `<code>${text(JSON.stringify(schema.const))}</code>`;
  if (Array.isArray(schema.enum))
    return schema.enum.map((one) => `<code>${text(JSON.stringify(one))}</code>`).join(' or ');
  if (schema.type === 'array') return `list of ${typeOf((schema.items ?? {}) as Json, depth + 1)}`;
  if (schema.properties) return fields(schema, depth);
  return plain(schema);
}

function fields(schema: Json, depth: number): string {
  const required = (schema.required ?? []) as string[];
  const rows = Object.entries(schema.properties as Record<string, Json>).map(
    ([name, inner]) =>
      `<tr><th scope="row"><code>${text(name)}</code>${required.includes(name) ? '' : ' <i>optional</i>'}</th><td>${typeOf(inner, depth + 1)}</td></tr>`,
  );
  return `<table>${rows.join('')}</table>`;
}

const LIMITS = ['minLength', 'maxLength', 'minimum', 'maximum', 'minItems', 'maxItems', 'default'];

function plain(schema: Json): string {
  const type = typeof schema.type === 'string' ? schema.type : 'anything';
  const format = typeof schema.format === 'string' ? ` (${text(schema.format)})` : '';
  const limits = LIMITS.filter((limit) => isSmall(schema[limit])).map(
    (limit) => `${limit} ${text(JSON.stringify(schema[limit]))}`,
  );
  return text(type) + format + (limits.length > 0 ? ` <small>${limits.join(', ')}</small>` : '');
}

/** The bounds of every whole number say nothing. */
const isSmall = (value: unknown): boolean =>
  value !== undefined && !(typeof value === 'number' && Math.abs(value) >= Number.MAX_SAFE_INTEGER);

export const REFERENCE_STYLE = `:root {
  color-scheme: dark light;
  --bg: #0f1318; --raised: #161b22; --line: #2b3440; --text: #d7dee7; --muted: #8b98a7; --accent: #58a6ff;
  --get: #3fb950; --put: #d29922; --delete: #f778ba;
}
@media (prefers-color-scheme: light) {
  :root { --bg: #fff; --raised: #f6f8fa; --line: #d0d7de; --text: #1f2328; --muted: #59636e; --accent: #0969da;
    --get: #1a7f37; --put: #9a6700; --delete: #bf3989; }
}
* { box-sizing: border-box; }
body {
  display: grid; grid-template-columns: minmax(220px, 320px) minmax(0, 1fr); gap: 0 28px;
  margin: 0 auto; max-width: 1400px; padding: 20px;
  background: var(--bg); color: var(--text); font: 13px/1.5 system-ui, sans-serif;
}
header { grid-column: 1 / -1; }
h1 { font-size: 20px; margin: 0; }
h2 { font-size: 14px; margin: 18px 0 6px; }
h3 { font-size: 12px; margin: 12px 0 4px; color: var(--muted); }
a { color: var(--accent); text-decoration: none; }
a:hover { text-decoration: underline; }
nav { font-size: 12px; max-height: 100vh; overflow: auto; position: sticky; top: 0; }
nav ul { list-style: none; margin: 0; padding: 0; }
nav li { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
nav b { display: inline-block; width: 52px; color: var(--muted); font-weight: 600; }
code { font: 12px/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
details { border: 1px solid var(--line); border-radius: 4px; margin: 4px 0; background: var(--raised); }
details details { border: 0; margin: 0; background: none; }
summary { cursor: pointer; padding: 6px 10px; }
details details > summary { padding: 0; color: var(--muted); }
summary > b { display: inline-block; min-width: 56px; }
summary > span { color: var(--muted); margin-left: 8px; }
details > div { padding: 0 12px 10px; scroll-margin-top: 40px; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; font-weight: 400; padding: 3px 10px 3px 0; border-top: 1px solid var(--line); }
th { width: 1%; white-space: nowrap; }
i, small { color: var(--muted); font-style: normal; }
.get { color: var(--get); } .post { color: var(--accent); } .put, .patch { color: var(--put); }
.delete { color: var(--delete); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
@media (max-width: 800px) {
  body { display: block; padding: 12px; }
  nav { position: static; max-height: 40vh; border-bottom: 1px solid var(--line); }
  th { white-space: normal; width: 34%; }
}
`;
