/** Monitor, Mail Policies, Network and so on: the way to a page as every guide writes it. */
import { Menu } from '@mantine/core';
import type { Me } from '@sightline/api';
import { IconChevronDown } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { allowed } from '../kit/place.ts';
import css from './console.module.css';
import { Folds } from './folds.tsx';
import { MENUS, type MenuSpec, menuAt } from './places.ts';

/** Side by side where there is room, else folded below one button; style sheets show one of them. */
export function Menus({ me, path }: { me: Me; path: string }): ReactNode {
  const menus = MENUS.map((menu) => ({ ...menu, items: allowed(menu.items, me) })).filter(
    (menu) => menu.items.length > 0,
  );
  const here = menuAt(path, menus);
  return (
    <>
      <nav className={css.menus} aria-label="Menus">
        {menus.map((menu) => (
          <OneMenu key={menu.label} menu={menu} active={menu === here} />
        ))}
      </nav>
      <Folds menus={menus} path={path} />
    </>
  );
}

function OneMenu({ menu, active }: { menu: MenuSpec; active: boolean }): ReactNode {
  const navigate = useNavigate();
  return (
    <Menu position="bottom-start" width={220}>
      <Menu.Target>
        <button type="button" className={css.menu} data-active={active || undefined}>
          {menu.label}
          <IconChevronDown size={12} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {menu.items.map(({ to, label, icon: Icon }) => (
          <Menu.Item
            key={to}
            leftSection={<Icon size={15} stroke={1.6} />}
            onClick={() => void navigate({ to })}
          >
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
