import { notifications } from '@mantine/notifications';

/** A short confirmation at the corner of the page that goes by itself. */
export function notify(message: string): void {
  notifications.show({ message, autoClose: 5000, withBorder: true });
}

/** Something failed outside of any form; stays longer and in the colour of problems. */
export function notifyProblem(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  notifications.show({
    message,
    autoClose: 12_000,
    withBorder: true,
    color: 'grape',
    title: 'That did not work',
  });
}
