/** What a search found as a whole: when it came, and from whom, to whom and about what most of it was. */
import { Button } from '@mantine/core';
import { type SearchInput, type TopField, trackingHistogram, trackingTop } from '@sightline/api';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, type ReactNode, useState } from 'react';
import { call, keyOf } from '../../kit/call.ts';
import { Inert } from '../../kit/inert.tsx';
import { Problem } from '../../kit/problem.tsx';
import { Skeleton } from '../../kit/states.tsx';
import { count } from '../../kit/text.ts';
import { absolute, type Zone, zoneName } from '../../kit/time.ts';
import { useZone } from '../../kit/when.tsx';
import layout from '../console.module.css';
import { TRACKING } from '../places.ts';
import { type Bin, binsOf } from './bins.ts';
import { type TrackingForm, toParams } from './form.ts';
import css from './summary.module.css';

interface SummaryProps {
  search: SearchInput;
  /** The form that asked for it, to ask more narrowly. */
  asked: TrackingForm;
}

export function Summary(props: SummaryProps): ReactNode {
  const [open, setOpen] = useState(false);
  return (
    <div className={`${layout.block} ${css.summary}`}>
      <Histogram {...props} />
      <Button
        className={css.toggle}
        variant="subtle"
        size="compact-sm"
        aria-expanded={open}
        aria-controls="tracking-top"
        leftSection={open ? <IconChevronDown size={14} /> : <IconChevronRight size={14} />}
        onClick={() => setOpen(!open)}
      >
        Most frequent
      </Button>
      <div id="tracking-top" hidden={!open}>
        {open && <Tops {...props} />}
      </div>
    </div>
  );
}

/** The search as a whole: pages and limits are not a part of it. */
const whole = ({ limit: _, cursor: __, ...rest }: SearchInput) => rest;

function Histogram({ search, asked }: SummaryProps): ReactNode {
  const { zone } = useZone();
  const body = whole(search);
  const found = useQuery({
    queryKey: [...keyOf(trackingHistogram, body)],
    queryFn: ({ signal }) => call(trackingHistogram, { body }, { signal }),
    placeholderData: keepPreviousData,
  });
  if (found.error) return <Problem error={found.error} retry={() => void found.refetch()} />;
  if (!found.data) return <div className={css.bars} aria-hidden />;
  const bins = binsOf(found.data, search.range);
  return (
    <figure className={css.figure} aria-busy={found.isFetching}>
      <Bars bins={bins} asked={asked} zone={zone} />
      <figcaption className="muted">
        <span>{absolute(search.range.from, zone).slice(0, 16)}</span>
        <span>
          {found.data.totalIs === 'at_least' && 'the newest only: the search took too long · '}
          {zoneName(search.range.to, zone)}
        </span>
        <span>{absolute(search.range.to, zone).slice(0, 16)}</span>
      </figcaption>
    </figure>
  );
}

const label = ({ from, to, count: n }: Bin, zone: Zone): string =>
  `${absolute(from, zone).slice(0, 16)} to ${absolute(to, zone).slice(0, 16)}: ${count(n, 'message')}`;

/** One stop for the tabulator; arrows go from bar to bar, and a bar searches its own time. */
function Bars({ bins, asked, zone }: { bins: Bin[]; asked: TrackingForm; zone: Zone }): ReactNode {
  const navigate = useNavigate();
  const [current, setCurrent] = useState(0);
  const most = Math.max(1, ...bins.map((b) => b.count));
  const go = (event: KeyboardEvent<HTMLElement>): void => {
    const step = { ArrowLeft: -1, ArrowRight: 1, Home: -bins.length, End: bins.length }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = Math.min(bins.length - 1, Math.max(0, current + step));
    setCurrent(next);
    (event.currentTarget.children[next] as HTMLElement | undefined)?.focus();
  };
  const narrow = ({ from, to }: Bin): void => {
    const form: TrackingForm = { ...asked, received: 'custom', from, to: to - 60_000 };
    void navigate({ to: TRACKING, search: toParams(form) as never });
  };
  return (
    <div className={css.bars} role="toolbar" aria-label="Messages over time" onKeyDown={go}>
      {bins.map((bin, i) => (
        <button
          key={bin.from}
          type="button"
          tabIndex={i === Math.min(current, bins.length - 1) ? 0 : -1}
          aria-label={label(bin, zone)}
          title={label(bin, zone)}
          onFocus={() => setCurrent(i)}
          onClick={() => narrow(bin)}
        >
          <svg viewBox="0 0 1 100" preserveAspectRatio="none" aria-hidden>
            <rect width="1" height={height(bin.count, most)} y={100 - height(bin.count, most)} />
          </svg>
        </button>
      ))}
    </div>
  );
}

/** Percent; what is there at all can be seen. */
const height = (n: number, most: number): number => (n === 0 ? 0 : Math.max(3, (n / most) * 100));

const FIELDS: { field: TopField; title: string; narrow: (value: string) => Partial<TrackingForm> }[] = [
  { field: 'sender', title: 'Envelope Senders', narrow: (value) => ({ sender: { op: 'is', value } }) },
  {
    field: 'recipient',
    title: 'Envelope Recipients',
    narrow: (value) => ({ recipient: { op: 'is', value } }),
  },
  { field: 'subject', title: 'Subjects', narrow: (value) => ({ subject: { op: 'is', value } }) },
  { field: 'host', title: 'Sending Hosts', narrow: (ip) => ({ ip }) },
  { field: 'attachment', title: 'Attachments', narrow: (value) => ({ attachment: { op: 'is', value } }) },
];

function Tops({ search, asked }: SummaryProps): ReactNode {
  const body = { ...whole(search), fields: FIELDS.map((f) => f.field), most: 5 };
  const found = useQuery({
    queryKey: [...keyOf(trackingTop, body)],
    queryFn: ({ signal }) => call(trackingTop, { body }, { signal }),
    placeholderData: keepPreviousData,
  });
  if (found.error) return <Problem error={found.error} retry={() => void found.refetch()} />;
  if (!found.data) return <Skeleton rows={5} />;
  return (
    <div className={css.tops} aria-busy={found.isFetching}>
      {FIELDS.map(({ field, title, narrow }) => {
        const list = found.data.lists.find((l) => l.field === field);
        return (
          <section key={field} aria-label={title}>
            <h3>{title}</h3>
            {list?.values.length === 0 && <p className="muted">none</p>}
            <ol>
              {list?.values.map(({ value, count: n }) => (
                <li key={value}>
                  <Link
                    to={TRACKING}
                    search={toParams({ ...asked, ...narrow(value) }) as never}
                    title={value}
                  >
                    <Inert text={value} />
                  </Link>
                  <span className="mono">{n.toLocaleString('en-US')}</span>
                </li>
              ))}
            </ol>
            {list?.valuesAre === 'some' && <p className="muted">Others may be as frequent.</p>}
          </section>
        );
      })}
    </div>
  );
}
