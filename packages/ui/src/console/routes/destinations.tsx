/** Mail Policies > Destination Controls: TLS and limits by domain of the recipient. */
import { type Config, getConfig } from '@sightline/api';
import type { ReactNode } from 'react';
import { useCall } from '../../kit/call.ts';
import css from '../console.module.css';
import { Block } from '../parts.tsx';
import { DESTINATIONS } from '../places.ts';
import { destinationFields, destinationsPatch } from './form.ts';
import { type FieldSpec, type Fields, Rows } from './rows.tsx';
import { SettingsPage, type SettingsProps, under } from './settings.tsx';

interface Form {
  destinations: Fields[];
}

const formOf = ({ destinations }: Config): Form => ({ destinations: destinations.map(destinationFields) });

export function DestinationsPage(): ReactNode {
  return (
    <SettingsPage
      title="Destination Controls"
      lead="How mail is delivered to a domain: encryption, connections at once, messages on each, recipients an hour."
      at={DESTINATIONS}
      formOf={formOf}
      patchOf={({ destinations }) => destinationsPatch(destinations)}
    >
      {(props) => <Destinations {...props} />}
    </SettingsPage>
  );
}

const TLS = [
  { value: 'opportunistic', label: 'Preferred' },
  { value: 'required', label: 'Required' },
  { value: 'verify', label: 'Required, verified' },
  { value: 'none', label: 'None' },
];

const specs = (profiles: string[]): FieldSpec[] => [
  { key: 'domain', label: 'Domain', placeholder: 'example.com or ALL' },
  { key: 'tls', label: 'TLS', options: TLS },
  { key: 'connections', label: 'Connections' },
  { key: 'messagesPerConnection', label: 'Messages on each' },
  { key: 'recipientsPerHour', label: 'Recipients an hour', placeholder: '0: no limit' },
  {
    key: 'bounceProfile',
    label: 'Bounce profile',
    options: [{ value: '', label: 'Default' }, ...profiles.map((value) => ({ value, label: value }))],
  },
];

function Destinations({ form, set, problems }: SettingsProps<Form>): ReactNode {
  const config = useCall(getConfig);
  const profiles = (config.data?.candidate ?? config.data?.live)?.bounceProfiles.map((one) => one.name) ?? [];
  return (
    <Block title="Destinations">
      <p className={css.lead}>
        The entry for the domain itself counts, else that of its longest parent (.example.com), else ALL.
        Where TLS is required, mail waits until the next hop offers it, and never goes in the clear.
      </p>
      <Rows
        noun="destination"
        specs={specs(profiles)}
        rows={form.destinations}
        problems={under(problems, 'destinations')}
        fresh={{
          domain: '',
          tls: 'opportunistic',
          connections: '10',
          messagesPerConnection: '1000',
          recipientsPerHour: '0',
          bounceProfile: '',
        }}
        onChange={(destinations) => set({ destinations })}
      />
    </Block>
  );
}
