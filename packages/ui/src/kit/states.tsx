import type { ReactNode } from 'react';
import css from './parts.module.css';
import { Problem } from './problem.tsx';

interface EmptyProps {
  icon?: ReactNode;
  title: string;
  children?: ReactNode;
  /** Buttons or links that lead on. */
  actions?: ReactNode;
}

/** There is nothing here, why, and what to do about it. */
export function EmptyState({ icon, title, children, actions }: EmptyProps): ReactNode {
  return (
    <div className={css.empty}>
      {icon}
      <h3>{title}</h3>
      {children && <p>{children}</p>}
      {actions && <div className={css.actions}>{actions}</div>}
    </div>
  );
}

const WIDTHS = ['92%', '74%', '83%', '61%', '88%', '70%'];

/** Grey lines in the place of what is being loaded. */
export function Skeleton({ rows = 5 }: { rows?: number }): ReactNode {
  return (
    <div className={css.skeleton} role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: identical lines that never move
        <div key={i} className={css.bone} style={{ width: WIDTHS[i % WIDTHS.length] }} />
      ))}
    </div>
  );
}

interface LoadedProps<T> {
  of: { data: T | undefined; error: unknown; isPending: boolean; refetch: () => unknown };
  rows?: number;
  children: (data: T) => ReactNode;
}

/** Skeleton while a call runs, the problem when it failed, else the children with the data. */
export function Loaded<T>({ of, rows, children }: LoadedProps<T>): ReactNode {
  if (of.data !== undefined) return children(of.data);
  if (of.error) return <Problem error={of.error} retry={() => void of.refetch()} />;
  return <Skeleton rows={rows ?? 5} />;
}

interface PageProps {
  title: string;
  /** One sentence below the title. */
  lead?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

/** A page of the shell: heading, what it is for, actions at the right, content. */
export function Page({ title, lead, actions, children }: PageProps): ReactNode {
  return (
    <div className={css.page}>
      <header className={css.pageHead}>
        <div>
          <h1>{title}</h1>
          {lead && <p>{lead}</p>}
        </div>
        {actions && <div className={css.pageActions}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}
