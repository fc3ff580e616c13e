/** What a message looks like, fetched from the appliance while that holds it: only when it is asked for. */
import { Button } from '@mantine/core';
import { address, type MessageContent, messageContent, messageHtml } from '@sightline/api';
import { IconEye } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { MessageBody } from '../kit/body.tsx';
import { useCall } from '../kit/call.ts';
import { Inert } from '../kit/inert.tsx';
import { useMay } from '../kit/may.tsx';
import { EmptyState, Loaded } from '../kit/states.tsx';
import { hopsOf } from './hops.ts';
import own from './message.module.css';

interface Of {
  /** Module instance of the appliance. */
  module: string;
  mid: number;
}

export function Content(of: Of): ReactNode {
  const may = useMay('message:read');
  const [open, setOpen] = useState(false);
  return (
    <section aria-label="Content">
      <h4>Content</h4>
      {!may && (
        <p className="muted">Your role does not read messages. Incident Responders and Administrators do.</p>
      )}
      {may && !open && (
        <p className={own.look}>
          <Button
            size="compact-xs"
            variant="default"
            leftSection={<IconEye size={13} />}
            onClick={() => setOpen(true)}
          >
            Show the message
          </Button>
          <span className="muted">The audit log says who looked.</span>
        </p>
      )}
      {may && open && <Shown {...of} />}
    </section>
  );
}

function Shown({ module, mid }: Of): ReactNode {
  const params = { id: module, mid };
  const found = useCall(messageContent, { params });
  const html = address(messageHtml, { params });
  return (
    <Loaded of={found} rows={6}>
      {({ held, header, text, html: has, parse }) =>
        held === 'none' ? (
          <Gone />
        ) : (
          <>
            <p className="muted">
              {HELD[held]}
              {parse !== 'complete' && ' It could not be read to its end; what could be read is shown.'}
            </p>
            <MessageBody header={header} text={text} html={has ? html : undefined} />
            <Hops header={header} />
          </>
        )
      }
    </Loaded>
  );
}

const HELD: Record<Exclude<MessageContent['held'], 'none'>, string> = {
  queue: 'From the queue of the appliance: it waits to be delivered.',
  quarantine: 'From quarantine.',
};

const Gone = (): ReactNode => (
  <EmptyState title="The appliance does not hold it any more">
    A message is kept until it is delivered, bounced or deleted. What remains is on this card: envelope,
    addresses, subject, files by their hashes, links, verdicts, and every step of its processing.
  </EmptyState>
);

function Hops({ header }: { header: string }): ReactNode {
  const hops = hopsOf(header);
  if (hops.length === 0) return null;
  return (
    <>
      <h4>Hops ({hops.length})</h4>
      <ol className={own.hops}>
        {hops.map(({ from, by, at }, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: hops have no other identity and never move
          <li key={i}>
            <Inert text={`${from || 'begins'} → ${by || 'not said'}`} />
            <div className="muted">
              <Inert text={at} />
            </div>
          </li>
        ))}
      </ol>
    </>
  );
}
