/** What an action that was taken did in each mailbox; while it goes on, what it has done so far. */
import { listMailboxes, type TakenAction } from '@sightline/api';
import type { ReactNode } from 'react';
import { useCall } from '../kit/call.ts';
import { useMay } from '../kit/may.tsx';
import { Loaded } from '../kit/states.tsx';
import { MailboxList } from './mailboxlist.tsx';

/** Milliseconds between two looks at one that goes on. */
const EVERY = 2000;

export function Kept({ taken: { id, status } }: { taken: TakenAction }): ReactNode {
  const may = useMay('respond');
  const kept = useCall(
    listMailboxes,
    { params: { id } },
    { enabled: may, every: status === 'running' ? EVERY : false },
  );
  if (!may) return <p className="muted">Roles that respond see what was done in each mailbox.</p>;
  return (
    <Loaded of={kept} rows={3}>
      {({ mailboxes }) => (
        <MailboxList
          rows={mailboxes.map((result, i) => ({
            key: String(i),
            task: 0,
            addresses: result.addresses,
            result,
          }))}
        />
      )}
    </Loaded>
  );
}
