/** Cloud Services: what the organisation allows the portal to do with its devices. */

import { Switch } from '@mantine/core';
import { type CloudService, listModuleDevices, listServices, switchService } from '@sightline/api';
import { type ReactNode, useState } from 'react';
import { useAct, useCall } from '../kit/call.ts';
import { Confirm } from '../kit/confirm.tsx';
import { useMay } from '../kit/may.tsx';
import { Problem } from '../kit/problem.tsx';
import { Loaded, Page } from '../kit/states.tsx';
import { Time } from '../kit/when.tsx';
import css from './devices.module.css';
import { ExchangeTabs } from './tabs.tsx';

export function CloudServicesPage(): ReactNode {
  const services = useCall(listServices, undefined, { every: 10_000 });
  return (
    <Page title="Cloud Services" lead="What this organisation allows to be done with its registered devices.">
      <ExchangeTabs />
      <Loaded of={services}>
        {({ services: all }) => all.map((service) => <ServiceCard key={service.id} service={service} />)}
      </Loaded>
    </Page>
  );
}

function ServiceCard({ service }: { service: CloudService }): ReactNode {
  const [asking, setAsking] = useState(false);
  const mayWrite = useMay('service:write');
  const turn = useAct(switchService, {
    refresh: [listServices, listModuleDevices],
    done: (now) => `${now.name} is ${now.enabled ? 'on' : 'off'}.`,
    onDone: () => setAsking(false),
  });
  const set = (enabled: boolean): void => turn.mutate({ params: { id: service.id }, body: { enabled } });
  return (
    <section className={`panel ${css.card}`} aria-label={service.name}>
      <div className={css.cardHead}>
        <h2>{service.name}</h2>
        <span className="muted">{service.enabled ? 'On' : 'Off'}</span>
        {mayWrite && (
          <Switch
            size="md"
            aria-label={service.name}
            checked={service.enabled}
            disabled={turn.isPending}
            onChange={(e) => (e.currentTarget.checked ? set(true) : setAsking(true))}
          />
        )}
      </div>
      <p>{service.description}</p>
      <p className="muted">
        By switching {service.name} on, this organisation consents to the response portal asking its
        registered devices about messages. Without it no device can register and no module can ask one.
      </p>
      <ChangedBy service={service} />
      {!asking && <Problem error={turn.error} />}
      <Confirm
        opened={asking}
        title={`Switch ${service.name} off?`}
        verb="Switch off"
        busy={turn.isPending}
        error={turn.error}
        onConfirm={() => set(false)}
        onClose={() => setAsking(false)}
      >
        Investigations stop finding messages on registered devices, and no device can register, until it is on
        again.
      </Confirm>
    </section>
  );
}

function ChangedBy({ service }: { service: CloudService }): ReactNode {
  if (!service.changed) return <p className="muted">Nobody has switched it yet.</p>;
  return (
    <p className="muted">
      Switched {service.enabled ? 'on' : 'off'} by {service.changedBy}, <Time at={service.changed} />
    </p>
  );
}
