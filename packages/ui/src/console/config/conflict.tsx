import { Button } from '@mantine/core';
import { type ConfigState, getCloud, getConfig, rebaseConfig } from '@sightline/api';
import { IconGitMerge } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useAct } from '../../kit/call.ts';
import { Problem } from '../../kit/problem.tsx';
import { useFlash } from '../flash.tsx';
import { Notice } from '../parts.tsx';
import { COMMIT } from '../places.ts';
import { changeLabel } from './change.ts';
import { OneCommit } from './commits.tsx';
import css from './config.module.css';

type State = NonNullable<ConfigState['conflict']>;

/** Others committed since these changes were begun: what they changed, and the way out. */
export function Conflict({ conflict }: { conflict: State }): ReactNode {
  const flash = useFlash();
  const rebase = useAct(rebaseConfig, {
    refresh: [getConfig, getCloud],
    onDone: () =>
      flash('Success — Your changes stand on the live configuration now. Review and commit.', COMMIT),
  });
  const { commits, overlap } = conflict;
  return (
    <section className={css.conflict} aria-label="Conflict">
      <Notice>
        {names(commits)} committed other changes since you began.{' '}
        {overlap.length === 0
          ? 'They do not touch your settings: rebase your changes, then commit.'
          : `You both changed ${overlap.map(changeLabel).join(', ')}. Abandon your changes and make them again.`}
      </Notice>
      {commits.map((commit) => (
        <OneCommit key={commit.generation} commit={commit} />
      ))}
      <Problem error={rebase.error} />
      {overlap.length === 0 && (
        <div>
          <Button
            leftSection={<IconGitMerge size={14} />}
            loading={rebase.isPending}
            onClick={() => rebase.mutate({})}
          >
            Rebase my changes
          </Button>
        </div>
      )}
    </section>
  );
}

const names = (commits: State['commits']): string => [...new Set(commits.map((c) => c.by))].join(', ');
