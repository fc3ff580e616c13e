/** What stands below an empty query box: how to ask, what was asked before, who will be asked. */
import { UnstyledButton } from '@mantine/core';
import { listModules } from '@sightline/api';
import { IconHistory, IconSparkles } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useCall } from '../kit/call.ts';
import { EmptyState } from '../kit/states.tsx';
import { count } from '../kit/text.ts';
import { Time } from '../kit/when.tsx';
import type { Recent } from './recent.ts';
import css from './welcome.module.css';

const EXAMPLES: { text: string; says: string }[] = [
  { text: 'email_subject:"test test"', says: 'Who received a message with exactly this subject' },
  {
    text: 'Reported by a user: mail from billing[@]example[.]com with hxxps://login.example[.]net/reset',
    says: 'Paste a report as it is; addresses and links are found, defanged or not',
  },
  {
    text: 'sha256:"275a021bbfb6489e54d471899f7db9d1663fc695ec2fe2a2c4538aabf651fd0f" file_name:"invoice.pdf"',
    says: 'Where a file came in, by its hash or its name',
  },
];

interface WelcomeProps {
  recent: Recent[];
  onTry: (text: string) => void;
}

export function Welcome({ recent, onTry }: WelcomeProps): ReactNode {
  return (
    <>
      <Asked />
      <div className={css.columns}>
        <section aria-label="Examples" className={css.card}>
          <h2>
            <IconSparkles size={15} aria-hidden /> Try one of these
          </h2>
          {EXAMPLES.map(({ text, says }) => (
            <UnstyledButton key={text} className={css.entry} onClick={() => onTry(text)}>
              <span className={css.text}>{text}</span>
              <span className="muted">{says}</span>
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
