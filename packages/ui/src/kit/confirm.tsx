import { Button, Group, Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { Problem } from './problem.tsx';

interface ConfirmProps {
  opened: boolean;
  title: string;
  /** What will happen. */
  children: ReactNode;
  /** The verb on the button, e.g. `Delete device`. */
  verb: string;
  busy?: boolean;
  error?: unknown;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asks before something that cannot be undone. */
export function Confirm(props: ConfirmProps): ReactNode {
  return (
    <Modal opened={props.opened} onClose={props.onClose} title={props.title} size="md">
      <div style={{ display: 'flex', flexDirection: 'column', gap: 14 }}>
        <div>{props.children}</div>
        <Problem error={props.error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={props.onClose} data-autofocus>
            Cancel
          </Button>
          <Button color="grape" loading={props.busy ?? false} onClick={props.onConfirm}>
            {props.verb}
          </Button>
        </Group>
      </div>
    </Modal>
  );
}
