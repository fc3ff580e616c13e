import type { Commit } from '@sightline/api';
import type { ReactNode } from 'react';
import { count } from '../../kit/text.ts';
import { Time } from '../../kit/when.tsx';
import { Changes } from './changes.tsx';
import css from './config.module.css';

/** Who made what live, when and why. */
export function OneCommit({ commit, action }: { commit: Commit; action?: ReactNode }): ReactNode {
  return (
    <section className={css.commit} aria-label={`Commit ${commit.generation}`}>
      <div className={css.head}>
        <h2>Commit {commit.generation}</h2>
        <Time at={commit.at} />
        <span>by {commit.by}</span>
        <span className="muted">{count(commit.changes.length, 'change')}</span>
        {commit.comment && <q>{commit.comment}</q>}
        {action}
      </div>
      {commit.changes.length > 0 && (
        <Changes changes={commit.changes} label={`Changes of commit ${commit.generation}`} />
      )}
    </section>
  );
}
