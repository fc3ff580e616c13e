/** What stands below an empty query box: how to ask, what was asked before, who will be asked. */
import { UnstyledButton } from '@mantine/core';
import { listModules, mailMessages } from '@sightline/api';
import { IconHistory, IconSparkles } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useCall } from '../kit/call.ts';
import { Inert } from '../kit/inert.tsx';
import { EmptyState, Skeleton } from '../kit/states.tsx';
import { count } from '../kit/text.ts';
import { Time } from '../kit/when.tsx';
import { examples } from './examples.ts';
import type { Recent } from './recent.ts';
import css from './welcome.module.css';

interface WelcomeProps {
  recent: Recent[];
  onTry: (text: string) => void;
}

/** Messages among which examples are looked for, and the time in which they came. */
const LOOK = { limit: 30, ms: 30 * 86_400_000 };

export function Welcome({ recent, onTry }: WelcomeProps): ReactNode {
  const [to] = useState(() => Date.now() + 60_000);
  const body = { range: { from: to - LOOK.ms, to }, limit: LOOK.limit };
  const mail = useCall(mailMessages, { body });
  const list = mail.isPending ? [] : examples((mail.data?.rows ?? []).map(({ row }) => row));
  return (
    <>
      <Asked />
      <div className={css.columns}>
        <section aria-label="Examples" className={css.card}>
          <h2>
            <IconSparkles size={15} aria-hidden /> Try one of these
          </h2>
          {mail.isPending && <Skeleton rows={3} />}
          {list.map(({ text, says }) => (
            <UnstyledButton key={text} className={css.entry} onClick={() => onTry(text)}>
              <span className={css.text}>{text}</span>
              <span className="muted">
                <Inert text={says} />
              </span>
            </UnstyledButton>
          ))}
        </section>
        <section aria-label="Recent investigations" className={css.card}>
          <h2>
            <IconHistory size={15} aria-hidden /> Recent investigations
          </h2>
          {recent.length === 0 && (
            <EmptyState title="None yet">
              The last investigations of this browser will be listed here.
            </EmptyState>
          )}
          {recent.map((entry) => (
            <UnstyledButton key={entry.at} className={css.entry} onClick={() => onTry(entry.text)}>
              <span className={css.text}>{entry.text}</span>
              <span className="muted">
                <Time at={entry.at} only="relative" /> · {count(entry.observables, 'observable')} ·{' '}
                {count(entry.sightings, 'sighting')}
              </span>
            </UnstyledButton>
          ))}
        </section>
      </div>
    </>
  );
}

/** Who will be asked; without modules, the way to the first one. */
function Asked(): ReactNode {
  const modules = useCall(listModules);
  if (!modules.data) return null;
  const enabled = modules.data.modules.filter((m) => m.enabled);
  if (enabled.length === 0)
    return (
      <div className={css.card}>
        <EmptyState
          title="There is no module to ask yet"
          actions={
            <Link to="/modules/new" className={css.link}>
              Add a module
            </Link>
          }
        >
          A module answers questions from one source, such as the message tracking of an Email Security
          Appliance. Add one, and investigations will ask it.
        </EmptyState>
      </div>
    );
  const troubled = enabled.filter((m) => m.problem !== '');
  return (
    <p className={css.asked}>
      {count(enabled.length, 'module')} will be asked: {enabled.map((m) => m.name).join(', ')}.
      {troubled.map((m) => (
        <span key={m.id} className={css.trouble}>
          {' '}
          {m.name}: {m.problem}
        </span>
      ))}
    </p>
  );
}
