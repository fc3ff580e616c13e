import { ActionIcon, Button, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Block } from '../parts.tsx';
import type { FlowForm, FlowProblems, RouteRow } from './form.ts';
import css from './routes.module.css';

interface RoutesProps {
  form: FlowForm;
  problems: FlowProblems;
  set: (part: Partial<FlowForm>) => void;
}

/** SMTP routes: which next hop takes the mail of a domain. */
export function Routes({ form, problems, set }: RoutesProps): ReactNode {
  const change = (index: number, part: Partial<RouteRow>): void =>
    set({ routes: form.routes.map((r, i) => (i === index ? { ...r, ...part } : r)) });
  return (
    <Block title="SMTP routes">
      <p className={css.lead}>
        The next hop of each receiving domain. ALL is the last resort: without it, mail for other domains
        cannot be delivered.
      </p>
      <div className={css.routes}>
        {form.routes.length > 0 && (
          <div className={css.row} aria-hidden>
            <span>Receiving domain</span>
            <span>Next hop</span>
            <span>Port</span>
          </div>
        )}
        {form.routes.map((route, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows are edited in place and have no other identity
          <div key={i} className={css.row}>
            {(['domain', 'host', 'port'] as const).map((part) => (
              <TextInput
                key={part}
                aria-label={`${LABEL[part]} of route ${i + 1}`}
                placeholder={PLACEHOLDER[part]}
                spellCheck={false}
                value={route[part]}
                error={problems[`routes.${i}.${part}`]}
                onChange={(e) => change(i, { [part]: e.currentTarget.value })}
              />
            ))}
            <ActionIcon
              aria-label={`Remove route ${i + 1}`}
              onClick={() => set({ routes: form.routes.filter((_, j) => j !== i) })}
            >
              <IconTrash size={15} />
            </ActionIcon>
          </div>
        ))}
        <div>
          <Button
            variant="subtle"
            leftSection={<IconPlus size={14} />}
            onClick={() => set({ routes: [...form.routes, { domain: '', host: '', port: '25' }] })}
          >
            Add Route
          </Button>
        </div>
      </div>
    </Block>
  );
}

const LABEL = { domain: 'Receiving domain', host: 'Next hop', port: 'Port' };
const PLACEHOLDER = { domain: 'ALL', host: 'mail.example.com', port: '25' };
