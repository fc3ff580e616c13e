/** Reads a GraphQL query (October 2021, what reading needs of it) into a tree of fields. Pure. */

export interface Field {
  name: string;
  alias: string;
  args: Record<string, unknown>;
  fields: Field[];
}

export class GraphqlError extends Error {}

const TOKEN =
  /\s+|,|#[^\n]*|("""[\s\S]*?"""|"(?:[^"\\\n]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|[A-Za-z_]\w*|\.\.\.|[{}()[\]:$!=@|&])/y;
const MOST_TOKENS = 2000;
const DEEPEST = 12;

type Fragments = Map<string, Selection[]>;
type Selection = Field | { spread: string };

interface Reader {
  tokens: string[];
  at: number;
  depth: number;
  variables: Record<string, unknown>;
}

/** The root fields of the first query of a document. @throws GraphqlError */
export function readGraphql(text: string, variables: Record<string, unknown>): Field[] {
  const r: Reader = { tokens: tokens(text), at: 0, depth: 0, variables: { ...variables } };
  const fragments: Fragments = new Map();
  let query: Selection[] | undefined;
  while (r.at < r.tokens.length) {
    if (r.tokens[r.at] === 'fragment') {
      const name = r.tokens[r.at + 1] ?? '';
      r.at += 4;
      fragments.set(name, selections(r));
    } else {
      operation(r);
      const found = selections(r);
      query ??= found;
    }
  }
  if (!query) throw new GraphqlError('There is no query.');
  return resolved(query, fragments, 0);
}

function tokens(text: string): string[] {
  const found: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (!match) throw new GraphqlError(`"${text[at]}" at position ${at + 1} cannot be read.`);
    if (match[1] !== undefined) found.push(match[1]);
    if (found.length > MOST_TOKENS) throw new GraphqlError('The query is too long.');
  }
  return found;
}

/** `query Name($a: T = 1)`; only reading is done here. */
function operation(r: Reader): void {
  if (r.tokens[r.at] === '{') return;
  const kind = r.tokens[r.at++];
  if (kind !== 'query') throw new GraphqlError(`Only queries are answered, not "${kind}".`);
  if (/^\w+$/.test(r.tokens[r.at] ?? '')) r.at++;
  if (r.tokens[r.at] !== '(') return;
  r.at++;
  while (r.tokens[r.at] !== ')') variable(r);
  r.at++;
}

function variable(r: Reader): void {
  expect(r, '$');
  const name = next(r);
  expect(r, ':');
  while (/^[\w[\]!]+$/.test(r.tokens[r.at] ?? '') && r.tokens[r.at] !== ')') r.at++;
  if (r.tokens[r.at] !== '=') return;
  r.at++;
  const fallback = value(r);
  if (r.variables[name] === undefined) r.variables[name] = fallback;
}

function next(r: Reader): string {
  const token = r.tokens[r.at++];
  if (token === undefined) throw new GraphqlError('The query ends too early.');
  return token;
}

function expect(r: Reader, token: string): void {
  const found = next(r);
  if (found !== token) throw new GraphqlError(`"${token}" was expected, not "${found}".`);
}

function selections(r: Reader): Selection[] {
  if (++r.depth > DEEPEST) throw new GraphqlError(`The query is nested more than ${DEEPEST} deep.`);
  expect(r, '{');
  const found: Selection[] = [];
  while (r.tokens[r.at] !== '}') found.push(...selection(r));
  r.at++;
  r.depth--;
  return found;
}

function selection(r: Reader): Selection[] {
  if (r.tokens[r.at] !== '...') return [field(r)];
  r.at++;
  if (r.tokens[r.at] === 'on') {
    r.at += 2;
    return selections(r);
  }
  return r.tokens[r.at] === '{' ? selections(r) : [{ spread: next(r) }];
}

function field(r: Reader): Field {
  let name = next(r);
  if (!/^[A-Za-z_]\w*$/.test(name)) throw new GraphqlError(`A field was expected, not "${name}".`);
  const alias = name;
  if (r.tokens[r.at] === ':') {
    r.at++;
    name = next(r);
  }
  const args = r.tokens[r.at] === '(' ? object(r, '(', ')') : {};
  if (r.tokens[r.at] === '@') throw new GraphqlError('Directives are not read here.');
  return { name, alias, args, fields: r.tokens[r.at] === '{' ? (selections(r) as Field[]) : [] };
}

function object(r: Reader, open: string, close: string): Record<string, unknown> {
  expect(r, open);
  const entries: [string, unknown][] = [];
  while (r.tokens[r.at] !== close) {
    const name = next(r);
    expect(r, ':');
    entries.push([name, value(r)]);
  }
  r.at++;
  return Object.fromEntries(entries);
}

const WORDS: Record<string, unknown> = { true: true, false: false, null: null };

function value(r: Reader): unknown {
  if (++r.depth > DEEPEST * 2) throw new GraphqlError('A value is nested too deep.');
  try {
    return plainValue(r);
  } finally {
    r.depth--;
  }
}

function plainValue(r: Reader): unknown {
  const token = r.tokens[r.at] ?? '';
  if (token === '{') return object(r, '{', '}');
  r.at++;
  if (token === '$') return r.variables[next(r)];
  if (token === '[') {
    const list: unknown[] = [];
    while (r.tokens[r.at] !== ']') list.push(value(r));
    r.at++;
    return list;
  }
  if (token.startsWith('"""')) return token.slice(3, -3);
  if (token.startsWith('"')) return JSON.parse(token);
  if (/^-?\d/.test(token)) return Number(token);
  if (!/^\w+$/.test(token)) throw new GraphqlError(`A value was expected, not "${token}".`);
  return Object.hasOwn(WORDS, token) ? WORDS[token] : token;
}

/** With the fragments in the places where they are named. */
function resolved(list: readonly Selection[], fragments: Fragments, depth: number): Field[] {
  if (depth > DEEPEST) throw new GraphqlError('Fragments go round in a circle.');
  return list.flatMap((one): Field[] => {
    if (!('spread' in one)) return [{ ...one, fields: resolved(one.fields, fragments, depth + 1) }];
    const fragment = fragments.get(one.spread);
    if (!fragment) throw new GraphqlError(`There is no fragment "${one.spread}".`);
    return resolved(fragment, fragments, depth + 1);
  });
}
