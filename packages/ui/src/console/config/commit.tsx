/** System Administration > Uncommitted Changes: what Commit Changes makes live. */

import { Button, Textarea } from '@mantine/core';
import {
  abandonConfig,
  type ConfigState,
  commitConfig,
  configHistory,
  getCloud,
  getConfig,
} from '@sightline/api';
import { IconGitCommit } from '@tabler/icons-react';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useAct, useCall } from '../../kit/call.ts';
import { Confirm } from '../../kit/confirm.tsx';
import { useMay } from '../../kit/may.tsx';
import { Problem } from '../../kit/problem.tsx';
import { EmptyState, Loaded } from '../../kit/states.tsx';
import { count } from '../../kit/text.ts';
import { COMMITTED } from '../cloud/view.ts';
import css from '../console.module.css';
import { useFlash } from '../flash.tsx';
import { Block, ConsolePage } from '../parts.tsx';
import { HISTORY, OVERVIEW } from '../places.ts';
import { Changes } from './changes.tsx';
import { Conflict } from './conflict.tsx';

const STALE = [getConfig, getCloud, configHistory];

export function CommitPage(): ReactNode {
  const config = useCall(getConfig);
  return (
    <ConsolePage
      title="Uncommitted Changes"
      lead="Submitted changes are yours alone until you commit them. Nothing is live before that."
    >
      <Loaded of={config}>
        {(state) => (state.changes.length === 0 ? <Nothing /> : <Review state={state} />)}
      </Loaded>
    </ConsolePage>
  );
}

function Nothing(): ReactNode {
  return (
    <div className={css.block}>
      <EmptyState
        icon={<IconGitCommit size={28} stroke={1.4} aria-hidden />}
        title="No Changes Pending"
        actions={<Link to={HISTORY}>Configuration History</Link>}
      >
        Everything that was submitted is live. Changes appear here after Submit on any page.
      </EmptyState>
    </div>
  );
}

function Review({ state }: { state: ConfigState }): ReactNode {
  const [comment, setComment] = useState('');
  const mayCommit = useMay('config:commit');
  const [asking, setAsking] = useState(false);
  const leave = useLeave();
  const commit = useAct(commitConfig, { refresh: STALE, onDone: () => leave(COMMITTED) });
  const abandon = useAct(abandonConfig, {
    refresh: STALE,
    onDone: () => leave('Success — Your changes have been abandoned.'),
  });
  return (
    <div className={css.stack}>
      {state.conflict && (
        <>
          <Conflict conflict={state.conflict} />
          <h2 className={css.sub}>Your changes</h2>
        </>
      )}
      <Changes changes={state.changes} label="Uncommitted changes" />
      <Block title="Commit">
        <form
          className={css.stack}
          onSubmit={(event) => {
            event.preventDefault();
            commit.mutate({ body: { comment: comment.trim() } });
          }}
        >
          <Textarea
            label="Comment"
            description="Optional. Kept with the commit in Configuration History."
            maxLength={1024}
            autosize
            minRows={2}
            value={comment}
            onChange={(e) => setComment(e.currentTarget.value)}
          />
          <Problem error={commit.error} />
          {!mayCommit && (
            <p className="muted" style={{ margin: 0 }}>
              Your role may submit changes, not commit them. They stay yours until you abandon them.
            </p>
          )}
          <div className={css.row}>
            {mayCommit && (
              <Button type="submit" disabled={state.conflict !== null} loading={commit.isPending}>
                Commit Changes
              </Button>
            )}
            <Button variant="default" onClick={() => setAsking(true)}>
              Abandon Changes
            </Button>
            <Button variant="subtle" onClick={() => leave()}>
              Cancel
            </Button>
          </div>
        </form>
      </Block>
      <Confirm
        opened={asking}
        title="Abandon changes?"
        verb={`Abandon ${count(state.changes.length, 'change')}`}
        busy={abandon.isPending}
        error={abandon.error}
        onConfirm={() => abandon.mutate({})}
        onClose={() => setAsking(false)}
      >
        What you submitted and did not commit is dropped. The live configuration stays as it is.
      </Confirm>
    </div>
  );
}

/** Back to the page from which the commit was opened, with a banner there. */
function useLeave(): (banner?: string) => void {
  const navigate = useNavigate();
  const flash = useFlash();
  const { from } = useSearch({ strict: false }) as { from?: string };
  const to = from?.startsWith('/') && !from.startsWith('//') ? from : OVERVIEW;
  return (banner) => {
    const path = to.replace(/[?#].*/, '');
    if (banner) flash(banner, path);
    const search = Object.fromEntries(new URLSearchParams(/\?([^#]*)/.exec(to)?.[1] ?? ''));
    void navigate({ to: path, search: search as never });
  };
}
