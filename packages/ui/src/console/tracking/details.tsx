/** Message details: what came, from where, with what, and every processing step. */
import { Button } from '@mantine/core';
import { type Details, type TrackRow, trackingDetails } from '@sightline/api';
import { IconArrowLeft } from '@tabler/icons-react';
import { useCanGoBack, useNavigate, useParams, useRouter } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useCall } from '../../kit/call.ts';
import { CopyButton } from '../../kit/copy.tsx';
import { Inert } from '../../kit/inert.tsx';
import { Loaded } from '../../kit/states.tsx';
import { Time } from '../../kit/when.tsx';
import layout from '../console.module.css';
import { Block, ConsolePage, Facts, Status } from '../parts.tsx';
import { TRACKING } from '../places.ts';
import { Attachments, Recipients, Urls } from './contents.tsx';
import { title } from './fields.tsx';
import { Address, Subject } from './results.tsx';
import { bytes, isUnderWay, stateTone } from './step.ts';
import { Steps } from './steps.tsx';
import css from './tracking.module.css';

export function DetailsPage(): ReactNode {
  const { mid } = useParams({ strict: false }) as { mid: string };
  const details = useCall(trackingDetails, { params: { mid } }, { every: 5000 });
  return (
    <ConsolePage title={`Message Details: MID ${mid}`} actions={<Back />}>
      <Loaded of={details} rows={10}>
        {(found) => <Found details={found} />}
      </Loaded>
    </ConsolePage>
  );
}

function Back(): ReactNode {
  const back = useCanGoBack();
  const router = useRouter();
  const navigate = useNavigate();
  return (
    <Button
      variant="default"
      leftSection={<IconArrowLeft size={14} />}
      onClick={() => (back ? router.history.back() : void navigate({ to: TRACKING }))}
    >
      Message Tracking
    </Button>
  );
}

function Found({ details: { row, steps } }: { details: Details }): ReactNode {
  return (
    <>
      <div className={layout.grid2}>
        <Summary row={row} />
        <div className={layout.stack}>
          <SendingHost row={row} />
          <Recipients row={row} />
        </div>
      </div>
      <Attachments attachments={row.attachments} />
      <Urls urls={row.urls} />
      <Steps steps={steps} underWay={isUnderWay(row.state)} />
    </>
  );
}

const list = (values: string[]): ReactNode =>
  values.length === 0 ? null : <Inert text={values.join(', ')} />;

function Summary({ row }: { row: TrackRow }): ReactNode {
  return (
    <Block title="Envelope and Header Summary">
      <Facts
        rows={[
          ['Received Time', <Time key="t" at={row.received} />],
          [
            'MID',
            <span key="m" className="mono">
              {row.mid}
            </span>,
          ],
          [
            'Last State',
            <Status key="s" tone={stateTone(row.state)}>
              {title(row.state)}
            </Status>,
          ],
          ['Subject', <Subject key="u" text={row.subject} />],
          ['Envelope Sender', <Address key="e" text={row.sender} />],
          ['Envelope Recipients', list(row.recipients.map((r) => r.address))],
          ['From', list(row.headerFrom)],
          ['Reply-To', list(row.replyTo)],
          ['Message ID Header', <MessageId key="i" id={row.messageId} />],
          ['Direction', title(row.direction)],
          ['Message Size', bytes(row.size)],
          ['Host', <Host key="h" row={row} />],
          ['Parsed', row.parse === 'complete' ? null : PARSE[row.parse]],
        ]}
      />
    </Block>
  );
}

const PARSE = {
  partial: 'In part: the message went beyond the limits of the parser. What was found is shown.',
  failed: 'No: the message could not be read. Only its envelope is shown.',
};

function MessageId({ id }: { id: string }): ReactNode {
  if (id === '') return <span className="muted">none</span>;
  return (
    <span className={css.inline}>
      <span className="mono">
        <Inert text={id} />
      </span>
      <CopyButton icon text={id} label="Copy Message ID" />
    </span>
  );
}

function Host({ row }: { row: TrackRow }): ReactNode {
  return (
    <>
      {row.host} <span className="muted">{row.serial}</span>
    </>
  );
}

function SendingHost({ row }: { row: TrackRow }): ReactNode {
  return (
    <Block title="Sending Host Summary">
      <Facts
        rows={[
          [
            'Reverse DNS Hostname',
            row.reverseDns === '' ? (
              <span key="u" className="muted">
                unknown
              </span>
            ) : (
              <Inert key="r" text={row.reverseDns} />
            ),
          ],
          [
            'IP Address',
            <span key="i" className="mono">
              {row.ip}
            </span>,
          ],
          ['HELO', row.helo === '' ? null : <Inert key="h" text={row.helo} />],
          ['Sender Group', row.senderGroup || null],
          ['TLS', row.tls || 'none'],
          ['Connections', `ICID ${row.icid}${row.dcids.map((d) => `, DCID ${d}`).join('')}`],
          ['Verdicts', row.verdicts.length === 0 ? null : row.verdicts.map(verdict).join('; ')],
        ]}
      />
    </Block>
  );
}

const verdict = (v: TrackRow['verdicts'][number]): string =>
  `${v.engine}: ${v.verdict}${v.names.length > 0 ? ` (${v.names.join(', ')})` : ''}`;
