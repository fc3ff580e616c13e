import { IconPlugConnected } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import css from './modules.module.css';

/** The picture of a kind of module. As an image nothing in it can run. */
export function Logo({ src }: { src: string }): ReactNode {
  if (src !== '') return <img className={css.logo} src={src} alt="" />;
  return (
    <span className={css.icon}>
      <IconPlugConnected size={19} stroke={1.6} aria-hidden />
    </span>
  );
}
