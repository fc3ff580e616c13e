/** What a search found: rows page by page, how many there are, and how fresh the answer is. */
import { Button } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import {
  exportTracking,
  type SearchAnswer,
  type SearchInput,
  searchTracking,
  type TrackRow,
} from '@sightline/api';
import { IconDownload, IconMailOff } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { call, keyOf, useAct } from '../../kit/call.ts';
import { CopyButton } from '../../kit/copy.tsx';
import { Inert } from '../../kit/inert.tsx';
import { LoadMore } from '../../kit/more.tsx';
import { Problem } from '../../kit/problem.tsx';
import { saveFile } from '../../kit/save.ts';
import { EmptyState, Skeleton } from '../../kit/states.tsx';
import { type Column, Table } from '../../kit/table.tsx';
import { count } from '../../kit/text.ts';
import { Time } from '../../kit/when.tsx';
import layout from '../console.module.css';
import { Status } from '../parts.tsx';
import { messagePath } from '../places.ts';
import type { TrackingForm } from './form.ts';
import { stateTone } from './step.ts';
import { Summary } from './summary.tsx';
import css from './tracking.module.css';

type Numbered = TrackRow & { ordinal: number };

export function Results({ search, asked }: { search: SearchInput; asked: TrackingForm }): ReactNode {
  const found = useInfiniteQuery({
    queryKey: [...keyOf(searchTracking, search)],
    queryFn: ({ pageParam, signal }) =>
      call(searchTracking, { body: { ...search, ...(pageParam ? { cursor: pageParam } : {}) } }, { signal }),
    initialPageParam: '',
    getNextPageParam: (last) => last.cursor,
    placeholderData: keepPreviousData,
  });
  const last = found.data?.pages.at(-1);
  if (!last)
    return found.error ? (
      <Problem error={found.error} retry={() => void found.refetch()} />
    ) : (
      <Skeleton rows={8} />
    );
  const rows = (found.data?.pages ?? []).flatMap((p) => p.rows).map((row, i) => ({ ...row, ordinal: i + 1 }));
  return (
    <section className={layout.stack} aria-label="Results" aria-busy={found.isFetching}>
      <Head answer={last} shown={rows.length} search={search} />
      <Problem error={found.error} retry={() => void found.refetch()} />
      {rows.length > 0 && <Summary search={search} asked={asked} />}
      {rows.length === 0 ? <NothingFound /> : <Rows rows={rows} />}
      <LoadMore of={found} className={css.more} />
    </section>
  );
}

/** `1–100 of 1,204 messages`; a search that ran out of its budget says so. */
export function total(answer: Pick<SearchAnswer, 'total' | 'totalIs'>, shown: number): string {
  const all = `${answer.totalIs === 'at_least' ? 'at least ' : ''}${count(answer.total, 'message')}`;
  return shown < answer.total ? `${shown.toLocaleString('en-US')} of ${all}` : all;
}

function Head({
  answer,
  shown,
  search,
}: {
  answer: SearchAnswer;
  shown: number;
  search: SearchInput;
}): ReactNode {
  const save = useAct(exportTracking, {
    onDone: (csv) =>
      saveFile(
        `message-tracking-${new Date().toISOString().slice(0, 19).replaceAll(':', '')}Z.csv`,
        csv,
        'text/csv',
      ),
  });
  return (
    <>
      <div className={css.head}>
        <h2 aria-live="polite">{total(answer, shown)}</h2>
        <span className="muted">
          indexed until <Time at={answer.indexedUntil} only="absolute" />
        </span>
        <span className={css.space} />
        <div className={layout.row}>
          <CopyButton text={window.location.href} label="Copy link" />
          <Button
            variant="default"
            leftSection={<IconDownload size={14} />}
            loading={save.isPending}
            disabled={answer.total === 0}
            onClick={() => save.mutate({ body: search })}
          >
            Export CSV
          </Button>
        </div>
      </div>
      <Problem error={save.error} />
    </>
  );
}

function NothingFound(): ReactNode {
  return (
    <div className={layout.block}>
      <EmptyState icon={<IconMailOff size={28} stroke={1.4} aria-hidden />} title="No messages match">
        All criteria must hold at once. Try fewer of them, Contains in place of Is, or a longer time under
        Message Received.
      </EmptyState>
    </div>
  );
}

export const Subject = ({ text }: { text: string }): ReactNode =>
  text === '' ? <span className="muted">(No Subject)</span> : <Inert text={text} />;

export const Address = ({ text }: { text: string }): ReactNode =>
  text === '' ? <span className="muted">{'<>'}</span> : <Inert text={text} />;

function Recipients({ row }: { row: TrackRow }): ReactNode {
  const [first, ...others] = row.recipients;
  if (!first) return <span className="muted">none</span>;
  return (
    <span title={row.recipients.map((r) => r.address).join('\n')}>
      <Inert text={first.address} />
      {others.length > 0 && <span className="muted"> +{others.length}</span>}
    </span>
  );
}

const COLUMNS: Column<Numbered>[] = [
  {
    id: 'ordinal',
    label: '#',
    width: 46,
    right: true,
    cell: (r) => <span className="muted">{r.ordinal}</span>,
  },
  { id: 'received', label: 'Received', width: 176, cell: (r) => <Time at={r.received} only="absolute" /> },
  { id: 'mid', label: 'MID', width: 64, right: true, cell: (r) => <span className="mono">{r.mid}</span> },
  { id: 'sender', label: 'Sender', width: '17%', cell: (r) => <Address text={r.sender} /> },
  { id: 'recipient', label: 'Recipient', width: '17%', cell: (r) => <Recipients row={r} /> },
  { id: 'subject', label: 'Subject', cell: (r) => <Subject text={r.subject} /> },
  {
    id: 'state',
    label: 'Last State',
    width: '26%',
    cell: (r) => (
      <span title={r.lastState}>
        <Status tone={stateTone(r.state)}>
          <Inert text={r.lastState} />
        </Status>
      </span>
    ),
  },
  { id: 'details', label: 'Details', width: 100, cell: (r) => <ShowDetails mid={r.mid} /> },
];

function ShowDetails({ mid }: { mid: number }): ReactNode {
  return (
    <Link to={messagePath(mid)} className={css.link} aria-label={`Show Details of MID ${mid}`}>
      Show Details
    </Link>
  );
}

function Rows({ rows }: { rows: Numbered[] }): ReactNode {
  const navigate = useNavigate();
  if (useMediaQuery('(max-width: 640px)')) return <Cards rows={rows} />;
  return (
    <Table
      label="Messages"
      rows={rows}
      columns={COLUMNS}
      rowKey={(r) => String(r.mid)}
      onOpen={(r) => void navigate({ to: messagePath(r.mid) })}
      minWidth={1060}
    />
  );
}

/** The same on a narrow screen. */
function Cards({ rows }: { rows: Numbered[] }): ReactNode {
  return (
    <ol className={css.cards} aria-label="Messages">
      {rows.map((r) => (
        <li key={r.mid} className={css.card}>
          <div className={css.cardHead}>
            <Time at={r.received} only="absolute" />
            <span className="muted">MID {r.mid}</span>
          </div>
          <strong>
            <Subject text={r.subject} />
          </strong>
          <span className="muted">
            <Address text={r.sender} /> → <Recipients row={r} />
          </span>
          <Status tone={stateTone(r.state)}>
            <Inert text={r.lastState} />
          </Status>
          <ShowDetails mid={r.mid} />
        </li>
      ))}
    </ol>
  );
}
