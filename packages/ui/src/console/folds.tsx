/** The menus on a narrow screen: one button, below it the menus to fold out, that of the page open. */
import { IconChevronDown, IconMenu2 } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { type FocusEvent, type KeyboardEvent, type ReactNode, useId, useRef, useState } from 'react';
import css from './folds.module.css';
import { isAt, type MenuSpec, menuAt } from './places.ts';

interface FoldsProps {
  menus: MenuSpec[];
  /** Of the page. */
  path: string;
}

export function Folds({ menus, path }: FoldsProps): ReactNode {
  const [open, setOpen] = useState(false);
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const here = menuAt(path, menus);
  const place = here?.items.find((one) => isAt(path, one));
  const keys = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || !open) return;
    setOpen(false);
    button.current?.focus();
  };
  const left = (event: FocusEvent<HTMLElement>): void => {
    if (event.relatedTarget && !event.currentTarget.contains(event.relatedTarget)) setOpen(false);
  };
  return (
    <nav className={css.folds} aria-label="Menus" onKeyDown={keys} onBlur={left}>
      <button
        ref={button}
        type="button"
        className={css.open}
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
      >
        <IconMenu2 size={17} aria-hidden />
        <span className={css.where}>
          {here ? `${here.label} › ` : 'Menus'}
          <strong>{place?.label}</strong>
        </span>
        <IconChevronDown size={14} aria-hidden className={css.chevron} />
      </button>
      <div id={id} className={css.panel} hidden={!open}>
        {open &&
          menus.map((menu) => (
            <Fold
              key={menu.label}
              menu={menu}
              path={path}
              first={menu === here}
              onChoose={() => setOpen(false)}
            />
          ))}
      </div>
    </nav>
  );
}

interface FoldProps {
  menu: MenuSpec;
  path: string;
  /** Whether it is open at first. */
  first: boolean;
  onChoose: () => void;
}

function Fold({ menu, path, first, onChoose }: FoldProps): ReactNode {
  const [open, setOpen] = useState(first);
  const id = useId();
  return (
    <div className={css.fold}>
      <button
        type="button"
        className={css.label}
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
      >
        {menu.label}
        <IconChevronDown size={14} aria-hidden className={css.chevron} />
      </button>
      <ul id={id} hidden={!open}>
        {menu.items.map((place) => (
          <li key={place.to}>
            <Link
              to={place.to}
              className={css.link}
              aria-current={isAt(path, place) ? 'page' : undefined}
              onClick={onChoose}
            >
              <place.icon size={17} stroke={1.6} />
              {place.label}
            </Link>
          </li>
        ))}
      </ul>
    </div>
  );
}
