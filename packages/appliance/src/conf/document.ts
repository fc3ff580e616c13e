/** The configuration document: merging a submitted part, checking the whole. Pure. */
import { isIP } from 'node:net';
import { Config, Fault, type FieldProblem } from '@sightline/api';
import { deliveringFindings } from './delivering.ts';
import { certificates } from './pem.ts';
import { policingFindings } from './policing.ts';
import { receivingFindings } from './receiving.ts';

export const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Objects merge key by key; arrays and scalars of `patch` replace. Neither argument is changed. */
export function merge(base: unknown, patch: unknown): unknown {
  if (!isPlain(base) || !isPlain(patch)) return patch;
  const keys = new Set([...Object.keys(base), ...Object.keys(patch)]);
  return Object.fromEntries([...keys].map((key) => [key, pick(base, patch, key)]));
}

function pick(base: Record<string, unknown>, patch: Record<string, unknown>, key: string): unknown {
  if (!Object.hasOwn(patch, key)) return base[key];
  return Object.hasOwn(base, key) ? merge(base[key], patch[key]) : patch[key];
}

/** `base` with `patch` on top, checked; throws `invalid_input` naming every field that is wrong. */
export function revise(base: unknown, patch: unknown): Config {
  const merged = merge(base, patch);
  const parsed = Config.safeParse(merged);
  if (!parsed.success) throw invalid(parsed.error.issues.map(({ path, message }) => problem(path, message)));
  const problems = [...unknownFields(patch, parsed.data), ...contradictions(parsed.data)];
  if (problems.length > 0) throw invalid(problems);
  return parsed.data;
}

const invalid = (fields: FieldProblem[]): Fault => new Fault('invalid_input', {}, { fields });
const problem = (path: PropertyKey[], message: string): FieldProblem => ({
  path: path.map(String).join('.'),
  message,
});

/** Fields of the submitted part that the document does not have: a typing error must not pass in silence. */
function unknownFields(patch: unknown, known: unknown, path: string[] = []): FieldProblem[] {
  if (Array.isArray(patch) && Array.isArray(known))
    return patch.flatMap((item, i) => unknownFields(item, known[i], [...path, String(i)]));
  if (!isPlain(patch)) return [];
  return Object.keys(patch).flatMap((key) => {
    const at = [...path, key];
    if (!isPlain(known) || !Object.hasOwn(known, key)) return [problem(at, 'There is no such setting.')];
    return unknownFields(patch[key], known[key], at);
  });
}

/** What single fields cannot say. */
function contradictions(config: Config): FieldProblem[] {
  return [
    ...cloudProblems(config.cloud),
    ...wayProblems(config.cloud),
    ...networkLists(config).flatMap(([path, list]) => networkProblems(path, list)),
    ...[receivingFindings, deliveringFindings, policingFindings]
      .flatMap((find) => find(config))
      .map(([path, message]) => problem(path, message)),
  ];
}

const networkLists = ({ relayNetworks, listener, listeners }: Config): [PropertyKey[], string[]][] => [
  [['relayNetworks'], relayNetworks],
  ...[listener, ...listeners].flatMap(({ proxyFrom, xclientFrom }, i): [PropertyKey[], string[]][] => {
    const at = i === 0 ? ['listener'] : ['listeners', i - 1];
    return [
      [[...at, 'proxyFrom'], proxyFrom],
      [[...at, 'xclientFrom'], xclientFrom],
    ];
  }),
];

function cloudProblems({ server, servers }: Config['cloud']): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const names = servers.map((s) => s.name);
  if (!names.includes(server))
    problems.push(problem(['cloud', 'server'], `Choose one of ${names.join(', ')}.`));
  for (const [i, { name, url }] of servers.entries()) {
    if (names.indexOf(name) !== i)
      problems.push(problem(['cloud', 'servers', i, 'name'], `${name} is in the list twice.`));
    const wrong = urlProblem(url);
    if (wrong) problems.push(problem(['cloud', 'servers', i, 'url'], wrong));
  }
  return problems;
}

function wayProblems({ proxy, proxyPassword, ca }: Config['cloud']): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const wrong = proxyProblem(proxy, proxyPassword);
  if (wrong) problems.push(wrong);
  if (ca.trim() !== '' && !certificates(ca))
    problems.push(
      problem(['cloud', 'ca'], 'Paste certificates in PEM form, from -----BEGIN CERTIFICATE-----.'),
    );
  return problems;
}

function proxyProblem(proxy: string, password: string): FieldProblem | undefined {
  const at = (text: string): FieldProblem => problem(['cloud', 'proxy'], text);
  if (proxy === '') return undefined;
  if (!URL.canParse(proxy)) return at('Enter an address such as http://proxy.example.com:3128.');
  const url = new URL(proxy);
  if (!/^https?:$/.test(url.protocol)) return at('Enter an address with http:// or https://.');
  if (url.password) return at('Enter the password in its own field: an address is shown to everybody.');
  if (url.pathname !== '/' || url.search || url.hash)
    return at('Enter only scheme, user, host and port: http://user@proxy.example.com:3128');
  if (password !== '' && url.username === '')
    return problem(['cloud', 'proxyPassword'], 'Enter the user of the proxy too: http://user@host:port');
  return undefined;
}

/** Tokens and answers travel there, so plain HTTP is only for the machine itself. */
function urlProblem(text: string): string | undefined {
  const { protocol, hostname, username, password, pathname, search, hash } = new URL(text);
  if (username || password) return 'Leave user name and password out of the address.';
  if (pathname !== '/' || search || hash) return 'Enter only scheme, host and port: https://host:port';
  if (protocol === 'https:') return undefined;
  const here = hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
  if (protocol === 'http:' && here) return undefined;
  return 'Use https://; http:// is only for an exchange on this machine.';
}

function networkProblems(path: PropertyKey[], networks: string[]): FieldProblem[] {
  return networks.flatMap((network, i) =>
    isNetwork(network) ? [] : [problem([...path, i], `${network} is not an address or a network.`)],
  );
}

function isNetwork(text: string): boolean {
  const [address = '', prefix] = text.split('/');
  const version = isIP(address);
  return version !== 0 && (prefix === undefined || Number(prefix) <= (version === 4 ? 32 : 128));
}
