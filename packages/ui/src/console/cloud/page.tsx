/** Network > Cloud Service Settings: switch Threat Response on, register with the exchange, see how it stands. */

import { Button } from '@mantine/core';
import { type Cloud, getCloud, getConfig } from '@sightline/api';
import { type ReactNode, useEffect, useState } from 'react';
import { useCall } from '../../kit/call.ts';
import { May } from '../../kit/may.tsx';
import { Loaded } from '../../kit/states.tsx';
import { useFlashEnd } from '../flash.tsx';
import { Block, ConsolePage, Facts, Notice, Status } from '../parts.tsx';
import { ConnectorStatus } from './connector.tsx';
import { EditCloud } from './edit.tsx';
import { Registration } from './registration.tsx';
import { Steps } from './steps.tsx';
import { cloudView, REGISTERING, serverLabel } from './view.ts';

export function CloudPage(): ReactNode {
  const [pollMs, setPollMs] = useState(1000);
  const [editing, setEditing] = useState(false);
  const cloud = useCall(getCloud, undefined, { every: pollMs });
  const next = cloud.data && cloudView(cloud.data).pollMs;
  useEffect(() => {
    if (next) setPollMs(next);
  }, [next]);
  useFlashEnd(REGISTERING, cloud.data?.state === 'failed');
  return (
    <ConsolePage
      title="Cloud Service Settings"
      lead="Connect this appliance to a response portal, so that investigations can ask it about messages."
    >
      {editing ? (
        <EditCloud onClose={() => setEditing(false)} />
      ) : (
        <Loaded of={cloud}>{(now) => <Standing cloud={now} onEdit={() => setEditing(true)} />}</Loaded>
      )}
    </ConsolePage>
  );
}

function Standing({ cloud, onEdit }: { cloud: Cloud; onEdit: () => void }): ReactNode {
  const { notice } = cloudView(cloud);
  return (
    <>
      {notice && <Notice>{notice}</Notice>}
      <Block
        title="Cloud Services"
        actions={
          <May do="config:submit">
            <Button onClick={onEdit}>Edit Settings</Button>
          </May>
        }
      >
        <Facts
          rows={[
            [
              'Threat Response',
              <Status key="e" tone={cloud.enabled ? 'good' : 'off'}>
                {cloud.enabled ? 'Enabled' : 'Disabled'}
              </Status>,
            ],
            [
              'Threat Response Server',
              cloud.enabled ? serverLabel({ name: cloud.server, url: cloud.serverUrl }) : null,
            ],
            ['Submitted, not committed', cloud.uncommitted ? <Submitted key="s" /> : null],
          ]}
        />
      </Block>
      {cloud.state !== 'disabled' && <Registration cloud={cloud} />}
      <Steps cloud={cloud} />
      {cloud.enabled && <ConnectorStatus registered={cloud.state === 'registered'} />}
    </>
  );
}

function Submitted(): ReactNode {
  const { data } = useCall(getConfig);
  const next = data?.candidate?.cloud;
  if (!next) return 'changed settings';
  const server = next.servers.find((s) => s.name === next.server);
  return `${next.enabled ? 'Enabled' : 'Disabled'}${server && next.enabled ? `, ${serverLabel(server)}` : ''}`;
}
