/** Recipients, attachments and URLs of one message. All of it was written by strangers and stays inert. */
import type { Attachment, Recipient, TrackRow } from '@sightline/api';
import type { ReactNode } from 'react';
import { CopyButton } from '../../kit/copy.tsx';
import { Inert } from '../../kit/inert.tsx';
import { type Column, Table } from '../../kit/table.tsx';
import { middle } from '../../kit/text.ts';
import { Time } from '../../kit/when.tsx';
import { Block, Status } from '../parts.tsx';
import { title } from './fields.tsx';
import { bytes, stateTone } from './step.ts';
import css from './tracking.module.css';

const RECIPIENTS: Column<Recipient>[] = [
  { id: 'rid', label: 'RID', width: 46, right: true, cell: (r) => <span className="mono">{r.rid}</span> },
  { id: 'address', label: 'Recipient', cell: (r) => <Inert text={r.address} /> },
  {
    id: 'state',
    label: 'State',
    width: 120,
    cell: (r) => (
      <span title={r.text}>
        <Status tone={stateTone(r.state)}>{title(r.state)}</Status>
      </span>
    ),
  },
  { id: 'at', label: 'Since', width: 160, cell: (r) => <Time at={r.at} only="absolute" /> },
];

export function Recipients({ row }: { row: TrackRow }): ReactNode {
  return (
    <Block title={`Recipients (${row.recipients.length})`}>
      <Table
        label="Recipients"
        bare
        rows={row.recipients}
        columns={RECIPIENTS}
        rowKey={(r) => String(r.rid)}
        minWidth={440}
        {...(row.recipients.length > 12 ? { height: 320 } : {})}
      />
    </Block>
  );
}

interface Numbered extends Attachment {
  key: string;
}

const ATTACHMENTS: Column<Numbered>[] = [
  {
    id: 'name',
    label: 'Name',
    cell: (a) => (a.name === '' ? <span className="muted">(no name)</span> : <Inert text={a.name} />),
  },
  { id: 'type', label: 'Type', width: '24%', cell: (a) => <Inert text={a.type} /> },
  { id: 'size', label: 'Size', width: 90, right: true, cell: (a) => bytes(a.size) },
  {
    id: 'sha256',
    label: 'SHA-256',
    width: '32%',
    cell: (a) => (
      <span className={css.inline}>
        <span className="mono" title={a.sha256}>
          {middle(a.sha256, 16, 8)}
        </span>
        <CopyButton icon text={a.sha256} label="Copy SHA-256" />
      </span>
    ),
  },
];

export function Attachments({ attachments }: { attachments: Attachment[] }): ReactNode {
  if (attachments.length === 0) return null;
  const rows = attachments.map((a, i) => ({ ...a, key: String(i) }));
  return (
    <Block title={`Attachments (${attachments.length})`}>
      <Table
        label="Attachments"
        bare
        rows={rows}
        columns={ATTACHMENTS}
        rowKey={(a) => a.key}
        minWidth={640}
      />
    </Block>
  );
}

export function Urls({ urls }: { urls: string[] }): ReactNode {
  if (urls.length === 0) return null;
  return (
    <Block title={`URLs (${urls.length})`}>
      <ul className={css.plain}>
        {urls.map((url) => (
          <li key={url} className={css.inline}>
            <span className={`mono ${css.text}`}>
              <Inert text={url} />
            </span>
            <CopyButton icon text={url} label="Copy URL" />
          </li>
        ))}
      </ul>
    </Block>
  );
}
