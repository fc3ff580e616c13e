import { Menu } from '@mantine/core';
import type { Me } from '@sightline/api';
import { IconChevronDown } from '@tabler/icons-react';
import { useNavigate, useRouterState } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { allowed } from '../kit/place.ts';
import css from './console.module.css';
import { MENUS, type MenuSpec } from './places.ts';

/** Monitor, Network, System Administration: the way to a page as every guide writes it. */
export function Menus({ me }: { me: Me }): ReactNode {
  const menus = MENUS.map((menu) => ({ ...menu, items: allowed(menu.items, me) }));
  return (
    <nav className={css.menus} aria-label="Menus">
      {menus.map((menu) => menu.items.length > 0 && <OneMenu key={menu.label} menu={menu} />)}
    </nav>
  );
}

function OneMenu({ menu }: { menu: MenuSpec }): ReactNode {
  const navigate = useNavigate();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const active = menu.items.some(({ to }) => path === to || path.startsWith(`${to}/`));
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
