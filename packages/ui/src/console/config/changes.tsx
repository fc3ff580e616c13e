import type { Change } from '@sightline/api';
import type { ReactNode } from 'react';
import { EmptyState } from '../../kit/states.tsx';
import { type ChangeText, changeText } from './change.ts';
import css from './config.module.css';

/** Which settings change, from what, to what; of lists only the entries that go and come. */
export function Changes({ changes, label }: { changes: Change[]; label: string }): ReactNode {
  if (changes.length === 0) return <EmptyState title="No setting changed" />;
  return (
    <dl className={css.changes} aria-label={label}>
      {changes.map((change) => (
        <OneChange key={change.path} path={change.path} change={changeText(change)} />
      ))}
    </dl>
  );
}

function OneChange({ path, change }: { path: string; change: ChangeText }): ReactNode {
  const { label, from, to, list } = change;
  return (
    <div>
      <dt title={path}>{label}</dt>
      <dd>
        {list && list.removed.length + list.added.length === 0 && <span className="muted">New order</span>}
        {list && list.removed.length + list.added.length > 0 ? (
          <>
            <Lines mark="removed" lines={list.removed} />
            <Lines mark="added" lines={list.added} />
          </>
        ) : (
          <>
            <Lines mark="removed" lines={from.split('\n')} />
            <Lines mark="added" lines={to.split('\n')} />
          </>
        )}
      </dd>
    </div>
  );
}

const SIGNS = { removed: '−', added: '+' } as const;

/** Values before or after; the sign says which, not the colour alone. */
function Lines({ mark, lines }: { mark: keyof typeof SIGNS; lines: string[] }): ReactNode {
  return lines.map((line) => (
    <span key={line} className={css.line} data-mark={mark}>
      <span aria-hidden>{SIGNS[mark]}</span>
      <span className={css.sr}>{mark === 'removed' ? 'From' : 'To'} </span>
      <span>{line}</span>
    </span>
  ));
}
