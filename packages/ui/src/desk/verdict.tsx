/** What is thought of an observable, at the top of its menu: the gravest verdict, and who said what. */
import { reputation } from '@sightline/api';
import type { Disposition, Observable } from '@sightline/ctim';
import type { ReactNode } from 'react';
import { useCall } from '../kit/call.ts';
import { DispositionBadge } from '../kit/icons.tsx';
import { Inert } from '../kit/inert.tsx';
import { useMay } from '../kit/may.tsx';
import { count } from '../kit/text.ts';
import css from './desk.module.css';

/** Longer values do not fit into an address. */
const LONGEST = 2000;

export function Verdict({ observable: { type, value } }: { observable: Observable }): ReactNode {
  const may = useMay('investigate') && value.length <= LONGEST;
  const found = useCall(reputation, { query: { type, value } }, { enabled: may });
  if (!may) return null;
  if (found.isPending) return <p className={css.verdict}>Asking the modules…</p>;
  if (!found.data) return <p className={css.verdict}>{found.error?.message}</p>;
  const { data, errors = [] } = found.data.data;
  const said = data.flatMap(({ module, data: { verdicts } }) =>
    (verdicts?.docs ?? []).map((verdict) => ({ module, disposition: verdict.disposition })),
  );
  return (
    <div className={css.verdict} role="status" aria-label="Verdict">
      {said.length === 0 ? 'No module has a verdict' : <Said said={said} />}
      {errors.length > 0 && <div className="muted">{count(errors.length, 'module')} did not answer</div>}
    </div>
  );
}

interface SaidProps {
  said: { module: string; disposition: Disposition }[];
}

const GRAVEST: Disposition[] = [2, 3, 1, 4, 5];
const SHOWN = 4;

function Said({ said }: SaidProps): ReactNode {
  const sorted = [...said].sort((a, b) => GRAVEST.indexOf(a.disposition) - GRAVEST.indexOf(b.disposition));
  return (
    <>
      {sorted.slice(0, SHOWN).map(({ module, disposition }, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: verdicts have no id
        <div key={i} className={css.said}>
          <DispositionBadge standing={disposition} />
          <span className="muted">
            <Inert text={module} />
          </span>
        </div>
      ))}
      {sorted.length > SHOWN && <span className="muted">and {sorted.length - SHOWN} more verdicts</span>}
    </>
  );
}
