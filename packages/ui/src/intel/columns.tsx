/** What the tables of each kind show. */
import type { ReactNode } from 'react';
import { CopyButton } from '../kit/copy.tsx';
import { Inert } from '../kit/inert.tsx';
import type { Column } from '../kit/table.tsx';
import { ObservableTag } from '../kit/tag.tsx';
import { Time } from '../kit/when.tsx';
import css from './intel.module.css';
import type { Entity, Kind } from './search.ts';

const text = (value: string | undefined): ReactNode =>
  value ? <Inert text={value} /> : <span className="muted">none</span>;

const created = <T extends { created?: string | undefined }>(): Column<T> => ({
  id: 'created',
  label: 'Added',
  width: 170,
  value: (e) => e.created ?? '',
  cell: (e) => (e.created ? <Time at={e.created} only="absolute" /> : null),
});
const tlp = <T extends { tlp?: string | undefined }>(): Column<T> => ({
  id: 'tlp',
  label: 'TLP',
  width: 80,
  value: (e) => e.tlp ?? '',
  cell: (e) => e.tlp ?? '',
});

export function Observables({
  of,
  most = 3,
}: {
  of: Entity<'sighting'>['observables'];
  most?: number;
}): ReactNode {
  const all = of ?? [];
  return (
    <span className={css.tags}>
      {all.slice(0, most).map((o) => (
        <ObservableTag key={`${o.type}:${o.value}`} observable={o} limit={40} />
      ))}
      {all.length > most && <span className="muted">and {all.length - most} more</span>}
    </span>
  );
}

const isOver = ({ valid_time }: Entity<'judgement'>): boolean =>
  valid_time.end_time !== undefined && Date.parse(valid_time.end_time) <= Date.now();

const judgement: Column<Entity<'judgement'>>[] = [
  {
    id: 'observable',
    label: 'Observable',
    width: 330,
    value: (j) => j.observable.value,
    cell: (j) => <ObservableTag observable={j.observable} standing={j.disposition} limit={60} />,
  },
  {
    id: 'priority',
    label: 'Priority',
    width: 80,
    right: true,
    value: (j) => j.priority,
    cell: (j) => j.priority,
  },
  {
    id: 'confidence',
    label: 'Confidence',
    width: 100,
    value: (j) => j.confidence,
    cell: (j) => j.confidence,
  },
  { id: 'reason', label: 'Reason', width: '22%', cell: (j) => text(j.reason) },
  { id: 'source', label: 'Source', width: 130, value: (j) => j.source, cell: (j) => text(j.source) },
  {
    id: 'until',
    label: 'Valid until',
    width: 150,
    value: (j) => j.valid_time.end_time ?? '',
    cell: (j) => {
      const { end_time = '2525' } = j.valid_time;
      if (end_time.startsWith('2525')) return <span className="muted">no end</span>;
      return isOver(j) ? <span className="muted">ended</span> : <Time at={end_time} only="absolute" />;
    },
  },
  tlp(),
];

const indicator: Column<Entity<'indicator'>>[] = [
  { id: 'title', label: 'Title', value: (i) => i.title ?? '', cell: (i) => text(i.title) },
  { id: 'producer', label: 'Producer', width: 150, value: (i) => i.producer, cell: (i) => text(i.producer) },
  { id: 'type', label: 'Type', width: '18%', cell: (i) => text(i.indicator_type?.join(', ')) },
  { id: 'tags', label: 'Tags', width: '18%', cell: (i) => text(i.tags?.join(', ')) },
  {
    id: 'severity',
    label: 'Severity',
    width: 90,
    value: (i) => i.severity ?? '',
    cell: (i) => i.severity ?? '',
  },
  created(),
  tlp(),
];

const sighting: Column<Entity<'sighting'>>[] = [
  {
    id: 'seen',
    label: 'Seen',
    width: 170,
    value: (s) => s.observed_time.start_time,
    cell: (s) => <Time at={s.observed_time.start_time} only="absolute" />,
  },
  { id: 'title', label: 'Title', lead: true, cell: (s) => text(s.title ?? s.short_description) },
  { id: 'observables', label: 'Observables', width: '34%', cell: (s) => <Observables of={s.observables} /> },
  { id: 'source', label: 'Source', width: 130, value: (s) => s.source ?? '', cell: (s) => text(s.source) },
  {
    id: 'confidence',
    label: 'Confidence',
    width: 100,
    value: (s) => s.confidence,
    cell: (s) => s.confidence,
  },
  tlp(),
];

const feed: Column<Entity<'feed'>>[] = [
  { id: 'title', label: 'Title', width: '24%', value: (f) => f.title ?? '', cell: (f) => text(f.title) },
  { id: 'output', label: 'Output', width: 110, value: (f) => f.output, cell: (f) => f.output },
  {
    id: 'url',
    label: 'Address (whoever has it can read the feed)',
    cell: (f) => (
      <>
        <CopyButton icon text={f.feed_view_url ?? ''} label="Copy the address" />{' '}
        <span className="mono">{f.feed_view_url}</span>
      </>
    ),
  },
  created(),
];

const WORDS = {
  'record-created': 'Added',
  'record-updated': 'Changed',
  'record-deleted': 'Deleted',
} as const;

const event: Column<Entity<'event'>>[] = [
  {
    id: 'at',
    label: 'Time',
    width: 274,
    value: (e) => e.timestamp ?? '',
    cell: (e) => <Time at={e.timestamp ?? ''} />,
  },
  { id: 'who', label: 'Who', width: 150, value: (e) => e.owner ?? '', cell: (e) => text(e.owner) },
  { id: 'what', label: 'What', width: 100, value: (e) => e.event_type, cell: (e) => WORDS[e.event_type] },
  { id: 'type', label: 'Kind', width: 120, value: (e) => e.entity.type, cell: (e) => e.entity.type },
  { id: 'entity', label: 'Entity', lead: true, cell: (e) => text(String(e.entity.title ?? e.entity.id)) },
  {
    id: 'fields',
    label: 'Fields',
    width: '18%',
    cell: (e) => text(e.fields?.map((f) => f.field).join(', ')),
  },
];

const casebook: Column<Entity<'casebook'>>[] = [
  { id: 'title', label: 'Title', value: (c) => c.title ?? '', cell: (c) => text(c.title) },
  { id: 'observables', label: 'Observables', width: '36%', cell: (c) => <Observables of={c.observables} /> },
  {
    id: 'notes',
    label: 'Notes',
    width: 80,
    right: true,
    value: (c) => c.texts?.length ?? 0,
    cell: (c) => c.texts?.length ?? 0,
  },
  { id: 'owner', label: 'Owner', width: 130, value: (c) => c.owner ?? '', cell: (c) => text(c.owner) },
  created(),
  tlp(),
];

const incident: Column<Entity<'incident'>>[] = [
  { id: 'title', label: 'Title', value: (i) => i.title ?? '', cell: (i) => text(i.title) },
  { id: 'status', label: 'Status', width: 180, value: (i) => i.status, cell: (i) => i.status },
  {
    id: 'severity',
    label: 'Severity',
    width: 90,
    value: (i) => i.severity ?? '',
    cell: (i) => i.severity ?? '',
  },
  { id: 'assignees', label: 'Assignees', width: 170, cell: (i) => text(i.assignees?.join(', ')) },
  {
    id: 'opened',
    label: 'Opened',
    width: 170,
    value: (i) => i.incident_time.opened,
    cell: (i) => <Time at={i.incident_time.opened} only="absolute" />,
  },
  tlp(),
];

const ALL = { judgement, indicator, sighting, feed, event, casebook, incident };
export const columnsOf = <K extends Kind>(kind: K): Column<Entity<K>>[] =>
  ALL[kind] as unknown as Column<Entity<K>>[];
