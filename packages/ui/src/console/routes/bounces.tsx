/** Network > Bounce Profiles: how long delivery is tried, and what senders are told. */
import { Config } from '@sightline/api';
import type { ReactNode } from 'react';
import css from '../console.module.css';
import { Block } from '../parts.tsx';
import { BOUNCE_PROFILES } from '../places.ts';
import { type BouncesForm, bouncesForm, bouncesPatch, profileFields, profileProblems } from './form.ts';
import { type FieldSpec, Rows } from './rows.tsx';
import { SettingsPage, type SettingsProps, under } from './settings.tsx';

export function BounceProfilesPage(): ReactNode {
  return (
    <SettingsPage
      title="Bounce Profiles"
      lead="When a message is tried again, when delivery ends, and what its sender is told. Destination Controls say which profile a domain has."
      at={BOUNCE_PROFILES}
      formOf={bouncesForm}
      patchOf={bouncesPatch}
    >
      {(props) => <Profiles {...props} />}
    </SettingsPage>
  );
}

const SPECS: FieldSpec[] = [
  { key: 'retry', label: 'Retry after (seconds)', placeholder: '60, 300, 900' },
  { key: 'giveUp', label: 'Give up after (hours)' },
  { key: 'warning', label: 'Delay warning (hours)', placeholder: '0: never' },
  {
    key: 'messages',
    label: 'Report failures',
    options: [
      { value: 'yes', label: 'Yes' },
      { value: 'no', label: 'No' },
    ],
  },
];

function Profiles({ form, set, problems }: SettingsProps<BouncesForm>): ReactNode {
  return (
    <>
      <Block title="Default">
        <p className={css.lead}>
          The last of the waiting times repeats. Nobody is told of the failure of a report, of spam, or of
          what was in a quarantine.
        </p>
        <Rows
          noun="default"
          only
          specs={SPECS}
          rows={[form.standard]}
          problems={profileProblems(under({ ...prefixed(problems) }, 'delivery'))}
          fresh={{}}
          onChange={([standard]) => standard && set({ standard })}
        />
      </Block>
      <Block title="Profiles">
        <Rows
          noun="profile"
          specs={[{ key: 'name', label: 'Name', placeholder: 'Short' }, ...SPECS]}
          rows={form.profiles}
          problems={profileProblems(under(problems, 'bounceProfiles'))}
          fresh={profileFields(Config.shape.delivery.parse({}))}
          onChange={(profiles) => set({ profiles })}
        />
      </Block>
    </>
  );
}

/** The default is one row. */
const prefixed = (problems: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(problems).map(([path, text]) => [path.replace(/^delivery\./, 'delivery.0.'), text]),
  );
