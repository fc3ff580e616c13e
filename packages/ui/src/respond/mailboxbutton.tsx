/** Opens mailboxes of several recipients at once, for the messages that they got. */
import { Button } from '@mantine/core';
import { IconMailOff } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { May } from '../kit/may.tsx';
import { useRespond } from './provider.tsx';

/** Messages at once. */
const MOST = 50;

export function MailboxButton({
  messageIds,
  recipients,
}: Record<'messageIds' | 'recipients', string[]>): ReactNode {
  const { open } = useRespond();
  if (messageIds.length === 0) return null;
  const many = messageIds.length > MOST;
  return (
    <May do="respond">
      <Button
        size="compact-xs"
        variant="default"
        leftSection={<IconMailOff size={13} />}
        disabled={many}
        title={
          many
            ? `They got ${messageIds.length} messages; ${MOST} at once can be looked for. Choose fewer targets.`
            : ''
        }
        onClick={() => open({ messageIds, recipients, deed: 'find' })}
      >
        Find in mailboxes…
      </Button>
    </May>
  );
}
