/** What commands print for people. Pure. */
import type {
  Change,
  Cloud,
  CloudTest,
  Commit,
  Config,
  ConfigState,
  Connection,
  TraceAnswer,
} from '@sightline/api';

type Row = readonly [name: string, value: string];

const table = (rows: readonly Row[]): string[] => {
  const width = Math.max(0, ...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`.trimEnd());
};

export const cloudLines = (c: Cloud): string[] =>
  table([
    ['Threat Response', c.enabled ? 'Enabled' : 'Disabled'],
    ['Threat Response Server', `${c.server} (${c.serverUrl})`],
    ['State', c.state],
    ['Status', c.status],
    ...only(c.deviceId !== '', ['Device ID', c.deviceId]),
    ...only(c.organisation !== '', ['Organisation', c.organisation]),
    ...only(c.state === 'registered', ['Connected', c.connected ? 'yes' : 'no']),
    ['Last Contact', c.lastContact ?? 'never'],
    ['Queries Served', String(c.queries)],
    ...only(c.uncommitted, ['Uncommitted', 'Your cloud settings are submitted but not committed.']),
  ]);

const only = (is: boolean, row: Row): Row[] => (is ? [row] : []);

export const connectionLines = (c: Connection): string[] => [
  ...table([
    ['Connected', c.connected ? `since ${c.since}, protocol ${c.protocol}` : 'no'],
    ['Connector Version', c.connectorVersion],
    ...only(c.keySince !== null, ['Key', `in use since ${c.keySince}`]),
    ['Last Contact', c.lastContact ?? 'never'],
    ['Round Trip', c.roundTripMs === null ? 'not measured' : `${Math.round(c.roundTripMs)} ms`],
    ['Clock', c.skewMs === null ? 'not measured' : `exchange is ${Math.round(c.skewMs)} ms ahead`],
    ['Queries Served', `${c.queries}, ${c.queriesSinceStart} since ${c.started}`],
    ['Last Error', c.lastError ? `${c.lastError.at} ${c.lastError.text}` : 'none'],
  ]),
  ...c.log.map((q) => `${q.at}  ${q.verb.padEnd(8)}  ${Math.round(q.ms)} ms  ${q.fault}`.trimEnd()),
];

export function traceLines(t: TraceAnswer): string[] {
  return [
    ...table([
      ['Subject', t.subject],
      ['Message-ID', t.messageId],
      ['Size', `${t.size} bytes, read ${t.parse === 'complete' ? 'completely' : t.parse}`],
      ...t.attachments.map(
        (a): Row => ['Attachment', `${a.parent ? `${a.parent} > ` : ''}${a.name}  ${a.sha256}`],
      ),
      ...t.urls.map((url): Row => ['Link', url]),
      ...authenticationRows(t),
      ...t.engines.map((e): Row => [e.engine, [e.verdict, ...e.names].join('  ')]),
    ]),
    '',
    ...t.steps.map(({ step, text }) => `${step}: ${text}`),
    '',
    ...outcomeLines(t),
  ].map(printable);
}

function authenticationRows({ authentication: a }: TraceAnswer): Row[] {
  if (!a) return [];
  return [
    ['SPF', `${a.spf.result}  ${a.spf.domain}`],
    ...a.dkim.map((d): Row => ['DKIM', `${d.result}  ${d.domain}`]),
    ['DMARC', `${a.dmarc.result}  ${a.dmarc.domain}`],
  ];
}

const outcomeLines = ({ refused, copies }: TraceAnswer): string[] =>
  refused
    ? [`Refused by ${refused.by}: ${refused.reply.code} ${refused.reply.status} ${refused.reply.text}`]
    : copies.map((c) => `${c.recipients.join(', ')}: ${c.fate} (policy ${c.policy})`);

/** What a message says must not move the cursor. */
const printable = (line: string): string => line.replace(/\p{Cc}/gu, '\ufffd');

export const testLines = (t: CloudTest): string[] => [`${t.text} (${t.ms} ms)`];

export function changeLines(changes: Change[]): string[] {
  return changes.flatMap(({ path, from, to, removed = [], added = [] }) =>
    removed.length + added.length > 0
      ? [path, ...removed.map((r) => `  - ${r}`), ...added.map((a) => `  + ${a}`)]
      : [`${path}: ${from || '(none)'} -> ${to || '(none)'}`],
  );
}

export function stateLines(state: ConfigState): string[] {
  const { generation, committed, changes, conflict } = state;
  return [
    `Commit ${generation} of ${committed}`,
    ...(changes.length === 0 ? ['No Changes Pending'] : ['Uncommitted changes:', ...changeLines(changes)]),
    ...conflictLines(conflict),
  ];
}

function conflictLines(conflict: ConfigState['conflict']): string[] {
  if (!conflict) return [];
  const way =
    conflict.overlap.length > 0
      ? `Both changed ${conflict.overlap.join(', ')}: abandon your changes.`
      : 'Run "config rebase", then commit.';
  return ['', 'Others committed in the meantime:', ...commitLines(conflict.commits), way];
}

export const commitLines = (commits: Commit[]): string[] =>
  commits.flatMap((c) => [
    `${c.generation}  ${c.at}  ${c.by}  ${c.comment}`.trimEnd(),
    ...changeLines(c.changes).map((line) => `     ${line}`),
  ]);

/** Every setting on a line: `listener.port = 2525`. */
export function configLines(config: Config): string[] {
  const leaves = (value: unknown, path: string): string[] =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.entries(value).flatMap(([key, v]) => leaves(v, path === '' ? key : `${path}.${key}`))
      : [`${path} = ${JSON.stringify(value)}`];
  return leaves(config, '');
}
