import { Button, Group } from '@mantine/core';
import type { ReactNode } from 'react';

interface SubmitProps {
  /** What the button that sends says. */
  children: ReactNode;
  busy: boolean;
  /** It takes something away for good. */
  grave?: boolean;
  onCancel: () => void;
}

/** Last row of a form in a dialog: leave it, or send it. */
export function SubmitRow({ children, busy, grave = false, onCancel }: SubmitProps): ReactNode {
  return (
    <Group justify="flex-end" gap="xs">
      <Button variant="default" onClick={onCancel}>
        Cancel
      </Button>
      <Button type="submit" loading={busy} {...(grave ? { color: 'grape' } : {})}>
        {children}
      </Button>
    </Group>
  );
}
