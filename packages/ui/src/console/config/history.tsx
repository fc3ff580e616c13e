/** System Administration > Configuration History. */

import { Button } from '@mantine/core';
import {
  type Commit,
  configHistory,
  getCloud,
  getConfig,
  previewRollback,
  ROLLBACKS,
  rollbackConfig,
} from '@sightline/api';
import { IconArrowBackUp, IconHistory } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useAct, useCall } from '../../kit/call.ts';
import { Confirm } from '../../kit/confirm.tsx';
import { useMay } from '../../kit/may.tsx';
import { EmptyState, Loaded } from '../../kit/states.tsx';
import layout from '../console.module.css';
import { useFlash } from '../flash.tsx';
import { ConsolePage } from '../parts.tsx';
import { HISTORY } from '../places.ts';
import { Changes } from './changes.tsx';
import { OneCommit } from './commits.tsx';
import css from './config.module.css';

export function HistoryPage(): ReactNode {
  const history = useCall(configHistory);
  return (
    <ConsolePage
      title="Configuration History"
      lead={`Every commit, newest first: who made what live, and why. Any of the last ${ROLLBACKS} can be made live again.`}
    >
      <Loaded of={history}>
        {({ commits }) => (commits.length === 0 ? <NoCommits /> : <Commits commits={commits} />)}
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

function Commits({ commits }: { commits: Commit[] }): ReactNode {
  const [to, setTo] = useState<Commit | null>(null);
  const mayCommit = useMay('config:commit');
  return (
    <>
      {commits.map((commit, i) => (
        <OneCommit
          key={commit.generation}
          commit={commit}
          action={
            mayCommit && i > 0 && i < ROLLBACKS ? (
              <Button
                variant="default"
                leftSection={<IconArrowBackUp size={14} />}
                aria-label={`Roll back to commit ${commit.generation}`}
                onClick={() => setTo(commit)}
              >
                Roll back
              </Button>
            ) : undefined
          }
        />
      ))}
      {to && <Rollback commit={to} onClose={() => setTo(null)} />}
    </>
  );
}

/** Shows what would change before it does. */
function Rollback({ commit, onClose }: { commit: Commit; onClose: () => void }): ReactNode {
  const { generation } = commit;
  const preview = useCall(previewRollback, { params: { generation } });
  const flash = useFlash();
  const rollback = useAct(rollbackConfig, {
    refresh: [getConfig, getCloud, configHistory],
    onDone: () => {
      flash(`Success — The configuration of commit ${generation} is live again.`, HISTORY);
      onClose();
    },
  });
  return (
    <Confirm
      opened
      title={`Roll back to commit ${generation}?`}
      verb="Roll back"
      busy={rollback.isPending}
      error={rollback.error}
      onConfirm={() => rollback.mutate({ params: { generation } })}
      onClose={onClose}
    >
      <div className={layout.stack}>
        <span>This becomes live at once, as a new commit. Changes that are submitted stay.</span>
        <Loaded of={preview}>
          {({ changes }) => (
            <div className={css.scroll}>
              <Changes changes={changes} label="Changes of the rollback" />
            </div>
          )}
        </Loaded>
      </div>
    </Confirm>
  );
}
