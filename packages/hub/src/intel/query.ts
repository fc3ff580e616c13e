/**
 * Lucene's query syntax as CTIA's `query` has it, read into a tree. Words, "phrases", field:value, field:(a OR b),
 * wildcards, ranges, AND, OR, NOT, +, -, !, _exists_:field. Boosts and fuzziness are read and have no effect. Pure.
 */

export type Query =
  | { kind: 'all' }
  | { kind: 'and' | 'or'; parts: Query[] }
  | { kind: 'not'; part: Query }
  /** A word or phrase; `field` undefined means the default fields. `pattern` when it has wildcards. */
  | { kind: 'term'; field: string | undefined; value: string; phrase: boolean; pattern: boolean }
  | { kind: 'exists'; field: string }
  | {
      kind: 'range';
      field: string;
      from: string | undefined;
      to: string | undefined;
      open: [boolean, boolean];
    };

/** What is wrong with a query, and where. */
export class QueryError extends Error {}

/** Clauses of one query. */
const MOST = 200;
/** Brackets in brackets. */
const DEEPEST = 20;

type Token =
  | { kind: '(' | ')' | 'and' | 'or' | 'not' | 'must' | 'end'; at: number }
  | { kind: 'field'; name: string; at: number }
  | { kind: 'word' | 'phrase'; text: string; pattern: boolean; at: number }
  | { kind: 'range'; from: string | undefined; to: string | undefined; open: [boolean, boolean]; at: number };

/** @throws QueryError with a sentence for people */
export function parseQuery(text: string): Query {
  const reader = { tokens: tokens(text), at: 0, clauses: 0, depth: 0 };
  const first = reader.tokens[0];
  if (!first || first.kind === 'end') return { kind: 'all' };
  const query = disjunction(reader, undefined);
  const rest = peek(reader);
  if (rest.kind !== 'end') throw new QueryError(`Unexpected ")" at position ${rest.at + 1}.`);
  return query;
}

interface Reader {
  tokens: Token[];
  at: number;
  clauses: number;
  depth: number;
}

const peek = (r: Reader): Token => r.tokens[r.at] as Token;
const next = (r: Reader): Token => r.tokens[r.at++] as Token;

function disjunction(r: Reader, field: string | undefined): Query {
  const parts = [conjunction(r, field)];
  while (peek(r).kind === 'or') {
    next(r);
    parts.push(conjunction(r, field));
  }
  return parts.length === 1 ? (parts[0] as Query) : { kind: 'or', parts };
}

/** AND is what stands between two clauses when nothing does. */
function conjunction(r: Reader, field: string | undefined): Query {
  const parts = [clause(r, field)];
  for (;;) {
    const { kind } = peek(r);
    if (kind === 'and') next(r);
    else if (kind === 'or' || kind === ')' || kind === 'end') break;
    parts.push(clause(r, field));
  }
  return parts.length === 1 ? (parts[0] as Query) : { kind: 'and', parts };
}

function clause(r: Reader, field: string | undefined): Query {
  if (++r.clauses > MOST) throw new QueryError(`The query has more than ${MOST} clauses.`);
  const token = next(r);
  switch (token.kind) {
    case 'not':
      return { kind: 'not', part: nested(r, () => clause(r, field)) };
    case 'must':
      return nested(r, () => clause(r, field));
    case '(':
      return group(r, field);
    case 'field':
      return fielded(r, token.name);
    case 'word':
    case 'phrase':
      return word(token, field);
    case 'range':
      if (field === undefined)
        throw new QueryError(`The range at position ${token.at + 1} needs a field before it.`);
      return { ...token, kind: 'range', field };
    default:
      throw new QueryError(`Something is missing at position ${token.at + 1}.`);
  }
}

function nested<T>(r: Reader, read: () => T): T {
  if (++r.depth > DEEPEST) throw new QueryError(`The query is nested more than ${DEEPEST} deep.`);
  const value = read();
  r.depth--;
  return value;
}

function group(r: Reader, field: string | undefined): Query {
  const inner = nested(r, () => disjunction(r, field));
  const end = next(r);
  if (end.kind !== ')') throw new QueryError(`A ")" is missing at position ${end.at + 1}.`);
  return inner;
}

function fielded(r: Reader, name: string): Query {
  const token = next(r);
  if (token.kind === '(') return group(r, name);
  if (token.kind === 'range') return { ...token, kind: 'range', field: name };
  if (token.kind !== 'word' && token.kind !== 'phrase')
    throw new QueryError(`A value is missing after "${name}:" at position ${token.at + 1}.`);
  if (name === '_exists_') return { kind: 'exists', field: token.text };
  if (token.kind === 'word' && token.text === '*')
    return name === '*' ? { kind: 'all' } : { kind: 'exists', field: name };
  return word(token, name);
}

function word(token: Extract<Token, { text: string }>, field: string | undefined): Query {
  if (field === undefined && token.kind === 'word' && token.text === '*') return { kind: 'all' };
  const { text, pattern, kind } = token;
  return { kind: 'term', field, value: text, phrase: kind === 'phrase', pattern };
}

const SPACE = /\s+/y;
const OPERATOR = /(?:AND|OR|NOT)(?=[\s()]|$)|&&|\|\|/y;
const FIELD = /((?:[\w@*-]|\\.)+(?:\.(?:[\w*-]|\\.)+)*):(?!\/\/)/y;
const PHRASE = /"((?:[^"\\]|\\.)*)"/sy;
const RANGE = /([[{])\s*("(?:[^"\\]|\\.)*"|[^\s\]}]+)\s+TO\s+("(?:[^"\\]|\\.)*"|[^\s\]}]+)\s*([\]}])/y;
const BOUND = /(>=|<=|>|<)\s*("(?:[^"\\]|\\.)*"|[^\s()]+)/y;
const WORD = /(?:[^\s()"\\[\]{}]|\\.)+/sy;
/** Boost and fuzziness after a word or phrase. */
const SUFFIX = /(?:~\d*(?:\.\d+)?|\^\d+(?:\.\d+)?)+/y;

function tokens(text: string): Token[] {
  const found: Token[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match) at += match[0].length;
    return match;
  };
  while (at < text.length) {
    if (take(SPACE)) continue;
    const from = at;
    const token = sign(text, at) ?? read(take, from);
    if (!token) throw new QueryError(unreadable(text, from));
    if (at === from) at++;
    found.push(token);
    if ('text' in token) take(SUFFIX);
    if (found.length > MOST * 4) throw new QueryError(`The query has more than ${MOST} clauses.`);
  }
  found.push({ kind: 'end', at });
  return found;
}

const unreadable = (text: string, at: number): string =>
  text[at] === '"'
    ? `The quote at position ${at + 1} is not closed.`
    : `"${text[at]}" at position ${at + 1} cannot be read here. Put it in quotes, or a backslash before it.`;

/** One character that means something where a clause begins. */
function sign(text: string, at: number): Token | undefined {
  const c = text[at];
  if (c === '(' || c === ')') return { kind: c, at };
  const follows = at + 1 < text.length && !/\s/.test(text[at + 1] as string);
  if ((c === '-' || c === '!') && follows) return { kind: 'not', at };
  return c === '+' && follows ? { kind: 'must', at } : undefined;
}

function read(take: (pattern: RegExp) => RegExpExecArray | null, at: number): Token | undefined {
  const operator = take(OPERATOR)?.[0];
  if (operator === 'AND' || operator === '&&') return { kind: 'and', at };
  if (operator === 'OR' || operator === '||') return { kind: 'or', at };
  if (operator === 'NOT') return { kind: 'not', at };
  const field = take(FIELD)?.[1];
  if (field !== undefined) return { kind: 'field', name: plain(field), at };
  const phrase = take(PHRASE)?.[1];
  if (phrase !== undefined) return { kind: 'phrase', text: plain(phrase), pattern: false, at };
  return range(take, at) ?? bound(take, at) ?? wordAt(take, at);
}

function range(take: (pattern: RegExp) => RegExpExecArray | null, at: number): Token | undefined {
  const match = take(RANGE);
  if (!match) return undefined;
  const [, left, from = '', to = '', right] = match;
  return { kind: 'range', from: limit(from), to: limit(to), open: [left === '{', right === '}'], at };
}

function bound(take: (pattern: RegExp) => RegExpExecArray | null, at: number): Token | undefined {
  const match = take(BOUND);
  if (!match) return undefined;
  const [, sign = '', value = ''] = match;
  const open = sign.length === 1;
  return sign.startsWith('>')
    ? { kind: 'range', from: limit(value), to: undefined, open: [open, false], at }
    : { kind: 'range', from: undefined, to: limit(value), open: [false, open], at };
}

function wordAt(take: (pattern: RegExp) => RegExpExecArray | null, at: number): Token | undefined {
  const raw = take(WORD)?.[0];
  if (raw === undefined) return undefined;
  const bare = raw.replace(/(?<!\\)(?:~\d*(?:\.\d+)?|\^\d+(?:\.\d+)?)+$/, '');
  const pattern = /(?<!\\)[*?]/.test(bare);
  return { kind: 'word', text: pattern ? bare : plain(bare), pattern, at };
}

const limit = (text: string): string | undefined =>
  text === '*' ? undefined : plain(text.startsWith('"') ? text.slice(1, -1) : text);

/** Without the backslashes that escape. */
const plain = (text: string): string => text.replace(/\\(.)/gs, '$1');

/** The syntax for people who type words: `"a phrase"`, `-without`, `a | b`. Every text can be read. */
export function parseSimple(text: string): Query {
  const either = text
    .split('|')
    .map(simpleWords)
    .filter((parts) => parts.length > 0);
  const all = either.map(
    (parts): Query => (parts.length === 1 ? (parts[0] as Query) : { kind: 'and', parts }),
  );
  if (all.length === 0) return { kind: 'all' };
  return all.length === 1 ? (all[0] as Query) : { kind: 'or', parts: all };
}

function simpleWords(text: string): Query[] {
  const found = [...text.matchAll(/([-+]?)(?:"([^"]+)"?|([^\s"]+))/g)].slice(0, MOST);
  return found.map(([, sign, phrase, bare = '']): Query => {
    const value = phrase ?? bare.replace(/[*()]+$/, '').replace(/^\(+/, '');
    const pattern = phrase === undefined && bare.endsWith('*');
    const term: Query = {
      kind: 'term',
      field: undefined,
      value: pattern ? `${value}*` : value,
      phrase: phrase !== undefined,
      pattern,
    };
    return sign === '-' ? { kind: 'not', part: term } : term;
  });
}
