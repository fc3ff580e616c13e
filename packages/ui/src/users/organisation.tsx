/** Organisation: its name, who may log in and how, single sign-on. */
import { Button, Switch, TextInput } from '@mantine/core';
import { editOrganisation, getOrganisation, type Organisation, whoAmI } from '@sightline/api';
import { type FormEvent, type ReactNode, useState } from 'react';
import { fieldProblem, useAct, useCall } from '../kit/call.ts';
import { CopyButton } from '../kit/copy.tsx';
import { Problem } from '../kit/problem.tsx';
import { Loaded, Page } from '../kit/states.tsx';
import { Providers } from './providers.tsx';
import { PeopleTabs } from './tabs.tsx';
import css from './users.module.css';

export function OrganisationPage(): ReactNode {
  const organisation = useCall(getOrganisation);
  return (
    <Page title="Organisation" lead="Its name, who may log in, and how.">
      <PeopleTabs />
      <Loaded of={organisation}>
        {(now) => (
          <div className={css.columns}>
            <Settings key={now.changed} organisation={now} />
            <Providers />
          </div>
        )}
      </Loaded>
    </Page>
  );
}

function Settings({ organisation }: { organisation: Organisation }): ReactNode {
  const [name, setName] = useState(organisation.name);
  const edit = useAct(editOrganisation, {
    refresh: [getOrganisation, whoAmI],
    done: 'The organisation has been changed.',
  });
  const send = (event: FormEvent): void => {
    event.preventDefault();
    edit.mutate({ body: { name } });
  };
  return (
    <section aria-label="Settings">
      <form className={`panel ${css.form}`} onSubmit={send}>
        <TextInput
          label="Name"
          maxLength={128}
          value={name}
          error={fieldProblem(edit.error, 'name')}
          onChange={(e) => setName(e.currentTarget.value)}
        />
        <div className={css.buttons}>
          <Button
            type="submit"
            loading={edit.isPending}
            disabled={name.trim() === '' || name === organisation.name}
          >
            Rename
          </Button>
        </div>
        <Switch
          label="Second factor for everybody"
          description="Whoever logs in with a password needs an authenticator too, and sets it up before anything else. Single sign-on is not asked."
          checked={organisation.secondFactor}
          disabled={edit.isPending}
          onChange={(e) => edit.mutate({ body: { secondFactor: e.currentTarget.checked } })}
        />
        <Switch
          label="All roles may log in"
          description="Off: administrators only, for a time of trouble. The sessions of all others rest."
          checked={organisation.allRoles}
          disabled={edit.isPending}
          onChange={(e) => edit.mutate({ body: { allRoles: e.currentTarget.checked } })}
        />
        <Problem error={edit.error} />
        <p className={`${css.flush} muted`}>
          ID <span className="mono">{organisation.id}</span>{' '}
          <CopyButton icon text={organisation.id} label="Copy the id of the organisation" />
        </p>
      </form>
    </section>
  );
}
