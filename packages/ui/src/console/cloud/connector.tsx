import { Button } from '@mantine/core';
import {
  type CloudTest,
  type Connection,
  getCloud,
  getConnection,
  renewKey,
  testCloud,
} from '@sightline/api';
import { IconPlugConnected } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useAct, useCall } from '../../kit/call.ts';
import { May } from '../../kit/may.tsx';
import { Problem } from '../../kit/problem.tsx';
import { EmptyState, Loaded } from '../../kit/states.tsx';
import { type Column, Table } from '../../kit/table.tsx';
import { Time } from '../../kit/when.tsx';
import layout from '../console.module.css';
import { Block, Facts, Status } from '../parts.tsx';
import { clockText, msText } from './figures.ts';

const EVERY_MS = 5000;

/** The link to the exchange in figures, the last questions, and a test of the way there. */
export function ConnectorStatus({ registered }: { registered: boolean }): ReactNode {
  const connection = useCall(getConnection, undefined, { every: EVERY_MS });
  const test = useAct(testCloud, { refresh: [getConnection, getCloud] });
  const renew = useAct(renewKey, { refresh: [getConnection], done: 'The key has been replaced.' });
  return (
    <>
      <Block
        title="Connector"
        actions={
          <span className={layout.row}>
            {registered && (
              <May do="cloud:register">
                <Button variant="default" loading={renew.isPending} onClick={() => renew.mutate({})}>
                  Replace Key
                </Button>
              </May>
            )}
            <Button
              variant="default"
              leftSection={<IconPlugConnected size={14} />}
              loading={test.isPending}
              onClick={() => test.mutate({})}
            >
              Test
            </Button>
          </span>
        }
      >
        <div className={layout.stack}>
          {test.data && <TestResult result={test.data} />}
          <Problem error={test.error ?? renew.error} />
          <Loaded of={connection}>{(now) => <Facts rows={rows(now)} />}</Loaded>
        </div>
      </Block>
      {connection.data && (registered || connection.data.log.length > 0) && (
        <Questions log={connection.data.log} />
      )}
    </>
  );
}

function TestResult({ result }: { result: CloudTest }): ReactNode {
  const tone = !result.ok ? 'bad' : result.obstacle === '' ? 'good' : 'warn';
  return (
    <div role="status" aria-label="Result of the test">
      <Status tone={tone}>
        {result.text} <span className="muted">{msText(result.ms)}</span>
      </Status>
    </div>
  );
}

const rows = (c: Connection): [string, ReactNode][] => [
  [
    'Link',
    <Status key="l" tone={c.connected ? 'good' : 'off'}>
      {c.connected ? 'Connected' : 'Not connected'}
    </Status>,
  ],
  ['Connected Since', c.since ? <Time key="s" at={c.since} /> : '—'],
  ['Last Contact', c.lastContact ? <Time key="c" at={c.lastContact} /> : 'never'],
  ['Round Trip', c.roundTripMs === null ? 'not measured' : msText(c.roundTripMs)],
  ['Clock', c.skewMs === null ? 'not measured' : clockText(c.skewMs)],
  [
    'Queries',
    <span key="q">
      {c.queries.toLocaleString('en-US')} in total, {c.queriesSinceStart.toLocaleString('en-US')} since the
      start <Time at={c.started} />
    </span>,
  ],
  ['Version', `${c.connectorVersion}${c.protocol > 0 ? `, protocol ${c.protocol}` : ''}`],
  ['Key in Use Since', c.keySince ? <Time key="k" at={c.keySince} /> : null],
  [
    'Last Error',
    c.lastError ? (
      <span key="e">
        <Time at={c.lastError.at} /> {c.lastError.text}
      </span>
    ) : (
      'none'
    ),
  ],
];

type Question = Connection['log'][number];

const COLUMNS: Column<Question>[] = [
  { id: 'at', label: 'Time', width: 190, cell: (q) => <Time at={q.at} /> },
  { id: 'verb', label: 'Question', width: 110, cell: (q) => q.verb },
  { id: 'ms', label: 'Duration', width: 90, right: true, cell: (q) => msText(q.ms) },
  {
    id: 'fault',
    label: 'Result',
    cell: (q) =>
      q.fault === '' ? <Status tone="good">answered</Status> : <Status tone="bad">{q.fault}</Status>,
  },
];

/** Local audit: what the exchange asked this appliance. */
function Questions({ log }: { log: Question[] }): ReactNode {
  return (
    <Block title="Last Queries">
      <Table
        bare
        label="Last queries"
        rows={log}
        columns={COLUMNS}
        rowKey={(q) => `${q.at} ${q.verb} ${q.ms}`}
        minWidth={480}
        {...(log.length > 12 ? { height: 380 } : {})}
        empty={<EmptyState title="The exchange has not asked anything yet" />}
      />
    </Block>
  );
}
