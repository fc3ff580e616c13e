/** Network > SMTP Routes: the next hop of each domain, and accounts at next hops. */
import type { ReactNode } from 'react';
import css from '../console.module.css';
import { Block } from '../parts.tsx';
import { SMTP_ROUTES } from '../places.ts';
import { type RoutesForm, routesForm, routesPatch } from './form.ts';
import { type FieldSpec, Rows } from './rows.tsx';
import { SettingsPage, type SettingsProps, under } from './settings.tsx';

export function SmtpRoutesPage(): ReactNode {
  return (
    <SettingsPage
      title="SMTP Routes"
      lead="The next hop of each receiving domain. ALL is the last resort: without it, mail for other domains cannot be delivered."
      at={SMTP_ROUTES}
      formOf={routesForm}
      patchOf={routesPatch}
    >
      {(props) => (
        <>
          <Routes {...props} />
          <Accounts {...props} />
        </>
      )}
    </SettingsPage>
  );
}

const PROTOCOLS = [
  { value: 'smtp', label: 'SMTP' },
  { value: 'lmtp', label: 'LMTP' },
];

const routeSpecs = (accounts: string[]): FieldSpec[] => [
  { key: 'domain', label: 'Receiving domain', placeholder: 'example.com or ALL' },
  { key: 'host', label: 'Next hop', placeholder: 'host:port or USEDNS' },
  { key: 'fallback', label: 'Then', placeholder: 'other hosts' },
  { key: 'protocol', label: 'Protocol', options: PROTOCOLS },
  {
    key: 'auth',
    label: 'Log in as',
    options: [{ value: '', label: 'nobody' }, ...accounts.map((value) => ({ value, label: value }))],
  },
];

function Routes({ form, set, problems }: SettingsProps<RoutesForm>): ReactNode {
  const accounts = form.accounts.map((one) => one.name ?? '').filter((name) => name !== '');
  return (
    <Block title="Routes">
      <p className={css.lead}>
        USEDNS follows the MX records of the recipient's domain. Hosts under Then are tried in their order
        when the next hop cannot be reached.
      </p>
      <Rows
        noun="route"
        specs={routeSpecs(accounts)}
        rows={form.routes}
        problems={under(problems, 'routes')}
        fresh={{ domain: '', host: '', fallback: '', protocol: 'smtp', auth: '' }}
        onChange={(routes) => set({ routes })}
      />
    </Block>
  );
}

const ACCOUNT: FieldSpec[] = [
  { key: 'name', label: 'Name', placeholder: 'Smarthost' },
  { key: 'user', label: 'User' },
  { key: 'password', label: 'Password', secret: true },
];

function Accounts({ form, set, problems }: SettingsProps<RoutesForm>): ReactNode {
  return (
    <Block title="Outgoing SMTP authentication">
      <p className={css.lead}>Accounts at a smarthost. They are used over TLS only.</p>
      <Rows
        noun="account"
        specs={ACCOUNT}
        rows={form.accounts}
        problems={under(problems, 'outgoingAuth')}
        fresh={{ name: '', user: '', password: '' }}
        onChange={(accounts) => set({ accounts })}
      />
    </Block>
  );
}
