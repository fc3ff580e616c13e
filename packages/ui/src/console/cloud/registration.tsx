import { Button, TextInput } from '@mantine/core';
import { type Cloud, deregisterCloud, getCloud, registerCloud } from '@sightline/api';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import { fieldProblem, keyOf, useAct } from '../../kit/call.ts';
import { Confirm } from '../../kit/confirm.tsx';
import { CopyButton } from '../../kit/copy.tsx';
import { Inert } from '../../kit/inert.tsx';
import { May } from '../../kit/may.tsx';
import { Problem } from '../../kit/problem.tsx';
import { Time } from '../../kit/when.tsx';
import layout from '../console.module.css';
import { useFlash } from '../flash.tsx';
import { Block, Facts, Status } from '../parts.tsx';
import { CLOUD } from '../places.ts';
import { causeTitle, cloudView, DEREGISTERED, REGISTERING } from './view.ts';

/** The block that AsyncOS calls Cloud Services Settings: status, and what can be done in it. */
export function Registration({ cloud }: { cloud: Cloud }): ReactNode {
  const view = cloudView(cloud);
  return (
    <Block title="Cloud Services Settings">
      <div className={layout.stack}>
        <Facts
          rows={[
            [
              'Status',
              <span key="s" role="status">
                <Status tone={view.tone}>{statusText(cloud)}</Status>
              </span>,
            ],
            ['Cause', causeTitle(cloud) || null],
            ...(view.deregister ? registeredRows(cloud) : []),
          ]}
        />
        <May do="cloud:register">
          {view.token && <TokenForm />}
          {view.deregister && <Deregister />}
        </May>
      </div>
    </Block>
  );
}

/** A token is asked for only where one can be entered. */
const statusText = (cloud: Cloud): string =>
  cloud.uncommitted && cloud.state === 'ready' ? 'The submitted settings are not live yet.' : cloud.status;

const registeredRows = (cloud: Cloud): [string, ReactNode][] => [
  ['Organisation', <Inert key="o" text={cloud.organisation} />],
  [
    'Device ID',
    <span key="d" className={layout.row}>
      <span className="mono">{cloud.deviceId}</span>
      <CopyButton icon text={cloud.deviceId} label="Copy device ID" />
    </span>,
  ],
  [
    'Connection',
    <Status key="c" tone={cloud.connected ? 'good' : 'warn'}>
      {cloud.connected ? 'Connected' : 'Not connected; the appliance tries again by itself'}
    </Status>,
  ],
  ['Last Contact', cloud.lastContact ? <Time key="t" at={cloud.lastContact} /> : 'never'],
  ['Queries Served', cloud.queries.toLocaleString('en-US')],
];

function TokenForm(): ReactNode {
  const [token, setToken] = useState('');
  const flash = useFlash();
  const queries = useQueryClient();
  const register = useAct(registerCloud, {
    refresh: [getCloud],
    onDone: (now) => {
      setToken('');
      queries.setQueryData(keyOf(getCloud), now);
      flash(REGISTERING, CLOUD);
    },
  });
  const send = (event: FormEvent): void => {
    event.preventDefault();
    register.mutate({ body: { token: token.trim() } });
  };
  const problem = fieldProblem(register.error, 'token');
  return (
    <form className={layout.stack} onSubmit={send}>
      <div className={layout.token}>
        <TextInput
          label="Registration Token"
          description="Made in the portal under Devices > Add Devices and Generate Tokens. One token registers one appliance."
          autoComplete="off"
          spellCheck={false}
          maxLength={256}
          value={token}
          error={problem}
          onChange={(e) => setToken(e.currentTarget.value)}
        />
        <Button type="submit" disabled={token.trim() === ''} loading={register.isPending}>
          Register
        </Button>
      </div>
      {!problem && <Problem error={register.error} />}
    </form>
  );
}

function Deregister(): ReactNode {
  const [asking, setAsking] = useState(false);
  const flash = useFlash();
  const deregister = useAct(deregisterCloud, {
    refresh: [getCloud],
    onDone: () => flash(DEREGISTERED, CLOUD),
  });
  return (
    <div>
      <Button variant="default" onClick={() => setAsking(true)}>
        Deregister
      </Button>
      <Confirm
        opened={asking}
        title="Deregister this appliance?"
        verb="Deregister appliance"
        busy={deregister.isPending}
        error={deregister.error}
        onConfirm={() => deregister.mutate({})}
        onClose={() => setAsking(false)}
      >
        The exchange forgets this appliance and investigations no longer find its messages. To come back it
        needs a new registration token. Mail flow and tracking here go on.
      </Confirm>
    </div>
  );
}
