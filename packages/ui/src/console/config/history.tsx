/** System Administration > Configuration History. */
import { type Answer, configHistory } from '@sightline/api';
import { IconHistory } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useCall } from '../../kit/call.ts';
import { EmptyState, Loaded } from '../../kit/states.tsx';
import { count } from '../../kit/text.ts';
import { Time } from '../../kit/when.tsx';
import layout from '../console.module.css';
import { ConsolePage } from '../parts.tsx';
import { Changes } from './changes.tsx';
import css from './config.module.css';

type Commit = Answer<typeof configHistory>['commits'][number];

export function HistoryPage(): ReactNode {
  const history = useCall(configHistory);
  return (
    <ConsolePage
      title="Configuration History"
      lead="Every commit, newest first: who made what live, and why."
    >
      <Loaded of={history}>
        {({ commits }) =>
          commits.length === 0 ? (
            <NoCommits />
          ) : (
            commits.map((c) => <OneCommit key={c.generation} commit={c} />)
          )
        }
      </Loaded>
    </ConsolePage>
  );
}

function NoCommits(): ReactNode {
  return (
    <div className={layout.block}>
      <EmptyState icon={<IconHistory size={28} stroke={1.4} aria-hidden />} title="No commits yet">
        This appliance still runs with the configuration it was started with.
      </EmptyState>
    </div>
  );
}

function OneCommit({ commit }: { commit: Commit }): ReactNode {
  return (
    <section className={css.commit} aria-label={`Commit ${commit.generation}`}>
      <div className={css.head}>
        <h2>Commit {commit.generation}</h2>
        <Time at={commit.at} />
        <span>by {commit.by}</span>
        <span className="muted">{count(commit.changes.length, 'change')}</span>
        {commit.comment && <q>{commit.comment}</q>}
      </div>
      {commit.changes.length > 0 && (
        <Changes changes={commit.changes} label={`Changes of commit ${commit.generation}`} />
      )}
    </section>
  );
}
