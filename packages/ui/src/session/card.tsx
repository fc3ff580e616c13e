import type { ReactNode } from 'react';
import { Mark } from '../kit/mark.tsx';
import css from './session.module.css';

interface CardProps {
  product: string;
  title: string;
  foot?: string;
  children: ReactNode;
}

/** The pages before the program: a mark, a heading, a form. */
export function Card({ product, title, foot, children }: CardProps): ReactNode {
  return (
    <main className={css.page}>
      <div className={css.card}>
        <div className={css.head}>
          <Mark size={28} />
          <div>
            <div className="muted">{product}</div>
            <h1>{title}</h1>
          </div>
        </div>
        {children}
        {foot && <div className={css.foot}>{foot}</div>}
      </div>
    </main>
  );
}
