/** Network > Mail Flow: its name, whose mail it takes, who may send through it, and its limits. */

import { Button, Textarea, TextInput } from '@mantine/core';
import { type Config, getConfig, submitConfig } from '@sightline/api';
import { Link } from '@tanstack/react-router';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useAct, useCall } from '../../kit/call.ts';
import { May } from '../../kit/may.tsx';
import { Problem } from '../../kit/problem.tsx';
import { Loaded } from '../../kit/states.tsx';
import { SIZES } from '../amount.ts';
import { Amount } from '../amountfield.tsx';
import { SUBMITTED } from '../cloud/view.ts';
import css from '../console.module.css';
import { useFlash } from '../flash.tsx';
import { Block, ConsolePage, Notice } from '../parts.tsx';
import { BOUNCE_PROFILES, DESTINATIONS, LISTENERS, MAIL_FLOW, SMTP_ROUTES } from '../places.ts';
import { type FlowForm, type FlowProblems, flowForm, flowPatch, serverProblems } from './form.ts';

export function MailFlowPage(): ReactNode {
  const config = useCall(getConfig);
  return (
    <ConsolePage
      title="Mail Flow"
      lead="The name of this gateway, whose mail it takes, who may send anywhere through it, and how much it holds."
    >
      <Loaded of={config} rows={10}>
        {(state) => (
          <Flow
            key={state.generation + Number(state.candidate !== null)}
            config={state.candidate ?? state.live}
            pending={state.changes.length > 0}
          />
        )}
      </Loaded>
    </ConsolePage>
  );
}

export interface FlowProps {
  form: FlowForm;
  problems: FlowProblems;
  set: (part: Partial<FlowForm>) => void;
}

function Flow({ config, pending }: { config: Config; pending: boolean }): ReactNode {
  const [form, setForm] = useState(() => flowForm(config));
  const [problems, setProblems] = useState<FlowProblems>({});
  const flash = useFlash();
  const submit = useAct(submitConfig, { refresh: [getConfig], onDone: () => flash(SUBMITTED, MAIL_FLOW) });
  const set = (part: Partial<FlowForm>): void => {
    setForm((now) => ({ ...now, ...part }));
    setProblems({});
  };
  const send = (event: FormEvent): void => {
    event.preventDefault();
    const result = flowPatch(form);
    setProblems('problems' in result ? result.problems : {});
    if ('patch' in result) submit.mutate({ body: result.patch });
  };
  const props = { form, problems: { ...serverProblems(submit.error), ...problems }, set };
  return (
    <form className={css.stack} onSubmit={send} noValidate>
      {pending && (
        <Notice>Some settings are submitted but not committed. The fields show what was submitted.</Notice>
      )}
      <div className={css.grid2}>
        <div className={css.stack}>
          <Gateway {...props} />
          <Tables {...props} />
        </div>
        <div className={css.stack}>
          <Delivery {...props} />
          <Tracking {...props} />
        </div>
      </div>
      <Problem error={submit.error} />
      {Object.keys(problems).length > 0 && (
        <Problem
          error={new Error('Some fields are not valid. Correct the fields marked above and submit again.')}
        />
      )}
      <div className={css.row}>
        <May do="config:submit">
          <Button type="submit" loading={submit.isPending}>
            Submit
          </Button>
        </May>
        <Button variant="default" onClick={() => set(flowForm(config))}>
          Cancel
        </Button>
      </div>
    </form>
  );
}

type TextKey = keyof FlowForm;

function Field(props: FlowProps & { field: TextKey; label: string; description?: string }): ReactNode {
  const { form, problems, set, field } = props;
  return (
    <TextInput
      label={props.label}
      description={props.description}
      value={form[field]}
      error={problems[field]}
      spellCheck={false}
      onChange={(e) => set({ [field]: e.currentTarget.value })}
    />
  );
}

function Lines(
  props: FlowProps & { field: TextKey; label: string; description: string; placeholder: string },
): ReactNode {
  const { form, problems, set, field } = props;
  return (
    <Textarea
      label={props.label}
      description={props.description}
      placeholder={props.placeholder}
      autosize
      minRows={4}
      maxRows={14}
      spellCheck={false}
      value={form[field]}
      error={problems[field]}
      onChange={(e) => set({ [field]: e.currentTarget.value })}
    />
  );
}

function Gateway(props: FlowProps): ReactNode {
  return (
    <Block title="Gateway">
      <div className={css.stack}>
        <Field
          {...props}
          field="hostname"
          label="Host name"
          description="In greetings, traces and reports."
        />
        <p className={css.lead}>
          Addresses and ports are on <Link to={LISTENERS}>Listeners</Link>, next hops on{' '}
          <Link to={SMTP_ROUTES}>SMTP Routes</Link>, retries on{' '}
          <Link to={BOUNCE_PROFILES}>Bounce Profiles</Link>, limits of one domain on{' '}
          <Link to={DESTINATIONS}>Destination Controls</Link>.
        </p>
      </div>
    </Block>
  );
}

function Tables(props: FlowProps): ReactNode {
  return (
    <Block title="Recipient Access Table and relaying">
      <div className={css.stack}>
        <Lines
          {...props}
          field="recipientDomains"
          label="Recipient domains (RAT)"
          description="Mail for these domains is accepted, one a line. .example.com stands for its subdomains. Empty: none."
          placeholder="example.com"
        />
        <Lines
          {...props}
          field="relayNetworks"
          label="Relay networks (RELAYLIST)"
          description="Clients from these networks may send anywhere, one a line. Empty: nobody."
          placeholder="10.0.0.0/8"
        />
      </div>
    </Block>
  );
}

function Delivery(props: FlowProps): ReactNode {
  return (
    <Block title="Delivery">
      <div className={css.stack}>
        <Field {...props} field="connections" label="Connections at once to one next hop" />
        <Field
          {...props}
          field="maxQueued"
          label="Most messages in the queue"
          description="With more, clients get 452 and come again."
        />
        <Field
          {...props}
          field="maxWaiting"
          label="Most recipients of a domain that is down"
          description="With more, clients get 451 for it and come again."
        />
        <Lines
          {...props}
          field="ca"
          label="Trusted authorities (PEM)"
          description="Beside those of the system, for destinations whose TLS is verified."
          placeholder="-----BEGIN CERTIFICATE-----"
        />
      </div>
    </Block>
  );
}

function Tracking({ form, problems, set }: FlowProps): ReactNode {
  return (
    <Block title="Message tracking">
      <div className={css.stack}>
        <Field {...{ form, problems, set }} field="keepDays" label="Keep records (days)" />
        <Amount
          label="Largest size on disk"
          description="The oldest days go when there is more. Empty: no limit."
          units={SIZES}
          value={form.maxBytes}
          error={problems.maxBytes}
          onChange={(maxBytes) => set({ maxBytes })}
        />
      </div>
    </Block>
  );
}
