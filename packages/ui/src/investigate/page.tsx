/** The page Investigate: the query box, and what was found once it was asked. */
import type { Observable } from '@sightline/ctim';
import { useNavigate } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useEffect, useMemo, useState } from 'react';
import { useKeys } from '../kit/keys.tsx';
import { typed } from '../kit/observable.ts';
import { PivotProvider } from '../kit/pivot.tsx';
import { Skeleton } from '../kit/states.tsx';
import { useViewOf } from '../views/inforce.ts';
import css from './page.module.css';
import { QueryOf } from './query.tsx';
import { recent } from './recent.ts';
import { scopeOf } from './scope.ts';
import { type Box, useBox } from './state.ts';
import welcome from './welcome.module.css';
import { Welcome } from './welcome.tsx';

const results = () => import('./results.tsx');
const Results = lazy(results);
/** What results are drawn with, so that it is there when the first one is; who needs it sees a failure. */
const preload = (): void => {
  for (const part of [results(), import('./canvas.tsx'), import('./timeline.tsx')]) part.catch(() => {});
};

export function InvestigatePage(): ReactNode {
  const { inquiry, opened, ...box } = useBox();
  const navigate = useNavigate();
  const { add, read } = box;
  const pivots = useMemo(
    () => ({
      investigate: (o: Observable) => void navigate({ to: '/investigate', search: { q: typed(o) } }),
      add: (o: Observable) => add([o]),
    }),
    [navigate, add],
  );
  useEffect(() => {
    if (read) preload();
  }, [read]);
  useKeys([
    { keys: '/', does: 'Into the query box', act: box.focus },
    { keys: 'i', does: 'A new investigation', act: box.fresh },
    ...(inquiry.run.phase === 'idle'
      ? [{ keys: 'mod+Enter', does: 'Investigate', where: 'Query' as const }]
      : []),
  ]);
  return (
    <PivotProvider value={pivots}>
      {inquiry.run.phase === 'idle' ? (
        <Start box={box} />
      ) : (
        <Suspense fallback={<Waiting />}>
          <Results box={box} inquiry={inquiry} opened={opened} />
        </Suspense>
      )}
    </PivotProvider>
  );
}

const Waiting = (): ReactNode => (
  <div className={css.page}>
    <Skeleton rows={12} />
  </div>
);

function Start({ box }: { box: Box }): ReactNode {
  const [list] = useState(recent);
  const view = useViewOf('investigate');
  const { setScope } = box;
  useEffect(() => {
    if (view) setScope(scopeOf(view.state.filter));
  }, [view, setScope]);
  return (
    <div className={css.page}>
      <div className={welcome.wrap}>
        <h1>Investigate</h1>
        <QueryOf box={box} />
        <Welcome
          recent={list}
          onTry={(text) => {
            box.setText(text);
            box.area.current?.focus();
          }}
        />
      </div>
    </div>
  );
}
