import { Button } from '@mantine/core';
import { Fault } from '@sightline/api';
import { IconAlertOctagon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import css from './parts.module.css';

/** What went wrong and what to do, in the words of the fault. Nothing when there is no error. */
export function Problem({ error, retry }: { error: unknown; retry?: () => void }): ReactNode {
  if (!error) return null;
  const { title, text, fields } = describe(error);
  return (
    <div role="alert" className={css.problem}>
      <IconAlertOctagon size={18} aria-hidden />
      <div className={css.grow}>
        {title && <strong>{title} </strong>}
        {text}
        {fields.length > 0 && (
          <ul>
            {fields.map((field) => (
              <li key={field.path}>
                <span className="mono">{field.path}</span>: {field.message}
              </li>
            ))}
          </ul>
        )}
      </div>
      {retry && (
        <Button variant="default" onClick={retry}>
          Try again
        </Button>
      )}
    </div>
  );
}

function describe(error: unknown): {
  title: string;
  text: string;
  fields: { path: string; message: string }[];
} {
  if (error instanceof Fault) return { title: '', text: error.message, fields: error.fields ?? [] };
  if (error instanceof TypeError)
    return {
      title: 'No connection.',
      text: 'The server did not answer. Check that it runs and that you can reach it, then try again.',
      fields: [],
    };
  if (error instanceof Error && error.name === 'ZodError')
    return {
      title: 'Unexpected answer.',
      text: 'The server answered in a form that this page does not know. Load the page again; if that does not help, both run different versions.',
      fields: [],
    };
  return { title: '', text: error instanceof Error ? error.message : String(error), fields: [] };
}
