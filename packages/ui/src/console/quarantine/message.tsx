/** A quarantined message to look at: nothing in it can act, load or lead anywhere. */
import { Button } from '@mantine/core';
import {
  address,
  downloadQuarantined,
  type QuarantineView,
  quarantineHtml,
  viewQuarantined,
} from '@sightline/api';
import { IconArrowLeft, IconDownload } from '@tabler/icons-react';
import { useNavigate, useParams } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { MessageBody } from '../../kit/body.tsx';
import { useCall } from '../../kit/call.ts';
import { Inert } from '../../kit/inert.tsx';
import { May } from '../../kit/may.tsx';
import { Loaded } from '../../kit/states.tsx';
import { Time } from '../../kit/when.tsx';
import css from '../console.module.css';
import { Block, ConsolePage, Facts, Notice } from '../parts.tsx';
import { messagePath, QUARANTINES } from '../places.ts';
import { Attachments } from '../tracking/contents.tsx';
import { bytes } from '../tracking/step.ts';
import { ActButtons, ActDialog, type What } from './actions.tsx';
import own from './quarantine.module.css';

export function QuarantinedPage(): ReactNode {
  const { mid = '' } = useParams({ strict: false }) as { mid?: string };
  const navigate = useNavigate();
  const view = useCall(viewQuarantined, { params: { mid } });
  const back = (
    <Button
      variant="default"
      leftSection={<IconArrowLeft size={14} />}
      onClick={() => void navigate({ to: QUARANTINES })}
    >
      Quarantines
    </Button>
  );
  return (
    <ConsolePage title={`Quarantined Message: MID ${mid}`} actions={back}>
      <Loaded of={view} rows={10}>
        {(found) => <Message mid={Number(mid)} view={found} />}
      </Loaded>
    </ConsolePage>
  );
}

function Message({ mid, view }: { mid: number; view: QuarantineView }): ReactNode {
  return (
    <>
      <Actions mid={mid} />
      {view.parse !== 'complete' && (
        <Notice>This message could not be read to its end. What could be read is shown.</Notice>
      )}
      <Summary mid={mid} view={view} />
      <Body mid={mid} view={view} />
      <Attachments attachments={view.attachments} />
      {view.urls.length > 0 && (
        <Block title={`Links (${view.urls.length})`}>
          <ul className={own.links}>
            {view.urls.map((url) => (
              <li key={url} className="mono">
                <Inert text={url} />
              </li>
            ))}
          </ul>
        </Block>
      )}
    </>
  );
}

function Actions({ mid }: { mid: number }): ReactNode {
  const navigate = useNavigate();
  const [act, setAct] = useState<What>();
  const leaves = act === 'release' || act === 'delete';
  return (
    <div className={css.row}>
      <May do="quarantine:act">
        <ActButtons onAct={setAct} />
      </May>
      <May do="quarantine:download">
        <Button
          size="xs"
          variant="subtle"
          leftSection={<IconDownload size={14} />}
          component="a"
          href={address(downloadQuarantined, { params: { mid } })}
        >
          Download original
        </Button>
      </May>
      <Button size="xs" variant="subtle" onClick={() => void navigate({ to: messagePath(mid) })}>
        Message Tracking
      </Button>
      {act && (
        <ActDialog
          what={act}
          select={{ messages: [{ mid }] }}
          about={1}
          onClose={() => setAct(undefined)}
          onDone={() => leaves && void navigate({ to: QUARANTINES })}
        />
      )}
    </div>
  );
}

function Summary({ mid, view }: { mid: number; view: QuarantineView }): ReactNode {
  const [first] = view.stays;
  if (!first) return null;
  return (
    <Block title="Message">
      <Facts
        rows={[
          ['Subject', <Inert key="s" text={first.subject} />],
          ['Envelope Sender', <Inert key="f" text={first.sender || '<>'} />],
          ['Envelope Recipients', <Inert key="t" text={first.recipients.join(', ')} />],
          ['Received', <Time key="r" at={first.received} />],
          ['IP Address', first.ip || null],
          ['Message Size', bytes(first.size)],
          ['MID', String(mid)],
          ...view.stays.map(
            (stay) =>
              [
                `In ${stay.quarantine}`,
                <span key={stay.quarantine}>
                  <Inert text={stay.reason} /> <span className="muted">until</span> <Time at={stay.leaves} />
                </span>,
              ] as const,
          ),
        ]}
      />
    </Block>
  );
}

function Body({ mid, view }: { mid: number; view: QuarantineView }): ReactNode {
  const { header, text } = view;
  const html = view.html ? address(quarantineHtml, { params: { mid } }) : undefined;
  return (
    <Block title="Content">
      <MessageBody header={header} text={text} html={html} />
    </Block>
  );
}
