/** Frame of both programs: top bar, rail of places to go, the page. */
import { ActionIcon, Menu, Tooltip, useMantineColorScheme } from '@mantine/core';
import type { Me } from '@sightline/api';
import {
  IconClock,
  IconDots,
  IconLogout,
  IconMoon,
  IconSun,
  IconUserCircle,
  IconUserCog,
} from '@tabler/icons-react';
import { Link, useNavigate, useRouterState } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Commands } from './commands.tsx';
import { DisplayItems } from './displayitems.tsx';
import { KeysProvider } from './keys.tsx';
import { Mark } from './mark.tsx';
import type { Command } from './palette.tsx';
import { allowed, type Place } from './place.ts';
import css from './shell.module.css';
import { absolute, zoneName } from './time.ts';
import { useZone } from './when.tsx';

interface ShellProps {
  product: string;
  me: Me;
  places: Place[];
  /** Those in the rail, when not all of them. */
  rail?: Place[] | undefined;
  /** Above the page, in place of the bar of places on narrow screens. */
  menus?: ReactNode;
  /** Between the place and the clock, e.g. Commit Changes. */
  extra?: ReactNode;
  /** Below the page, beside the rail. */
  dock?: ReactNode;
  onLogOut: () => void;
  /** What can be done with any text, for the command palette. */
  withText?: ((text: string) => Command[]) | undefined;
  children: ReactNode;
}

export function Shell(props: ShellProps): ReactNode {
  return (
    <KeysProvider>
      <Frame {...props} />
    </KeysProvider>
  );
}

function Frame(props: ShellProps): ReactNode {
  const { product, me, places, rail = places, menus, extra, dock, onLogOut, withText, children } = props;
  return (
    <div className={css.shell}>
      <Commands me={me} places={places} onLogOut={onLogOut} withText={withText} />
      <a className={css.skip} href="#main">
        Skip to content
      </a>
      <header className={css.top}>
        <span className={css.mark}>
          <Mark />
        </span>
        <span className={css.product}>{product}</span>
        <span className={css.place} title={`${me.organisation} · version ${me.version}`}>
          {me.place}
        </span>
        <span className={css.space} />
        {extra}
        <ZoneSwitch />
        <SchemeSwitch />
        <UserMenu me={me} onLogOut={onLogOut} />
      </header>
      <nav className={css.rail} aria-label="Main" data-wide={menus !== undefined || undefined}>
        {allowed(rail, me).map((place) => (
          <RailLink key={place.to} place={place} />
        ))}
        <More places={allowed(rail, me).filter(({ handy }) => !handy)} />
      </nav>
      <div className={css.column}>
        {menus}
        <main id="main" className={css.main} tabIndex={-1}>
          {children}
        </main>
        {dock}
      </div>
    </div>
  );
}

const isAt = (path: string, { to }: Place): boolean => path === to || path.startsWith(`${to}/`);

function RailLink({ place }: { place: Place }): ReactNode {
  const path = useRouterState({ select: (state) => state.location.pathname });
  const active = isAt(path, place);
  const Icon = place.icon;
  const name = place.badge ? `${place.label}: ${place.badge}` : place.label;
  return (
    <Tooltip label={name} position="right">
      <Link
        to={place.to}
        className={css.link}
        aria-label={name}
        aria-current={active ? 'page' : undefined}
        data-active={active || undefined}
        data-handy={place.handy}
      >
        <Icon size={20} stroke={1.6} />
        <span className={css.word} aria-hidden>
          {place.short ?? place.label}
        </span>
        {place.badge && <span className={css.badge} />}
      </Link>
    </Tooltip>
  );
}

/** On narrow screens: the places that have none of their own in the bar. Style sheets show it there only. */
function More({ places }: { places: Place[] }): ReactNode {
  const navigate = useNavigate();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const here = places.find((place) => isAt(path, place));
  if (places.length === 0) return undefined;
  return (
    <Menu position="top-end" width={220} offset={4}>
      <Menu.Target>
        <button
          type="button"
          className={`${css.link} ${css.more}`}
          data-active={here !== undefined || undefined}
        >
          <IconDots size={20} stroke={1.6} aria-hidden />
          <span className={css.word}>More</span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {places.map((place) => (
          <Menu.Item
            key={place.to}
            leftSection={<place.icon size={16} stroke={1.6} />}
            aria-current={place === here ? 'page' : undefined}
            className={css.item}
            onClick={() => void navigate({ to: place.to as never })}
          >
            {place.label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function ZoneSwitch(): ReactNode {
  const { zone, setZone, now } = useZone();
  const next = zone === 'utc' ? 'local' : 'utc';
  const label = `Times are shown in ${zone === 'utc' ? 'UTC' : 'local time'}. Switch to ${next === 'utc' ? 'UTC' : 'local time'}`;
  return (
    <>
      <span className={css.clock}>
        {absolute(now, zone).slice(0, 16)} {zoneName(now, zone)}
      </span>
      <Tooltip label={label}>
        <ActionIcon aria-label={label} onClick={() => setZone(next)}>
          <IconClock size={17} stroke={1.6} />
        </ActionIcon>
      </Tooltip>
    </>
  );
}

function SchemeSwitch(): ReactNode {
  // Otherwise it writes a style element, which the CSP refuses.
  const { colorScheme, setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  const dark = colorScheme !== 'light';
  const label = dark ? 'Switch to the light theme' : 'Switch to the dark theme';
  return (
    <Tooltip label={label}>
      <ActionIcon aria-label={label} onClick={() => setColorScheme(dark ? 'light' : 'dark')}>
        {dark ? <IconSun size={17} stroke={1.6} /> : <IconMoon size={17} stroke={1.6} />}
      </ActionIcon>
    </Tooltip>
  );
}

function UserMenu({ me, onLogOut }: { me: Me; onLogOut: () => void }): ReactNode {
  const navigate = useNavigate();
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <ActionIcon aria-label={`User menu of ${me.name}`}>
          <IconUserCircle size={19} stroke={1.6} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {me.name} · {me.role}
          <br />
          {me.organisation}
        </Menu.Label>
        <Menu.Divider />
        <DisplayItems />
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconUserCog size={15} />}
          onClick={() => void navigate({ to: '/account' as never })}
        >
          My account
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={15} />} onClick={onLogOut}>
          Log out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
