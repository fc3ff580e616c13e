/** Network > Mail Flow: what the gateway listens on, what it takes and where it sends it. */

import { Button, Textarea, TextInput } from '@mantine/core';
import { type Config, getConfig, submitConfig } from '@sightline/api';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useAct, useCall } from '../../kit/call.ts';
import { May } from '../../kit/may.tsx';
import { Problem } from '../../kit/problem.tsx';
import { Loaded } from '../../kit/states.tsx';
import { SUBMITTED } from '../cloud/view.ts';
import css from '../console.module.css';
import { useFlash } from '../flash.tsx';
import { Block, ConsolePage, Notice } from '../parts.tsx';
import { MAIL_FLOW } from '../places.ts';
import { type FlowForm, type FlowProblems, flowForm, flowPatch } from './form.ts';
import { Routes } from './routes.tsx';

export function MailFlowPage(): ReactNode {
  const config = useCall(getConfig);
  return (
    <ConsolePage
      title="Mail Flow"
      lead="What this gateway listens on, which mail it takes, and where it sends it."
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
    const tidy = { ...form, routes: form.routes.filter((r) => r.domain.trim() || r.host.trim()) };
    setForm(tidy);
    const result = flowPatch(tidy);
    setProblems('problems' in result ? result.problems : {});
    if ('patch' in result) submit.mutate({ body: result.patch });
  };
  const props = { form, problems, set };
  return (
    <form className={css.stack} onSubmit={send} noValidate>
      {pending && (
        <Notice>Some settings are submitted but not committed. The fields show what was submitted.</Notice>
      )}
      <div className={css.grid2}>
        <div className={css.stack}>
          <Listener {...props} />
          <Routes {...props} />
        </div>
        <div className={css.stack}>
          <Tables {...props} />
          <Delivery {...props} />
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

type TextKey = Exclude<keyof FlowForm, 'routes'>;

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

function Listener(props: FlowProps): ReactNode {
  return (
    <Block title="Listener">
      <div className={css.stack}>
        <Field
          {...props}
          field="hostname"
          label="Host name"
          description="In greetings, Received headers and tracking."
        />
        <Field
          {...props}
          field="listenerHost"
          label="Listener address"
          description="0.0.0.0 listens on every interface."
        />
        <Field {...props} field="listenerPort" label="Listener port" />
        <Field {...props} field="maxSize" label="Largest message (MiB)" />
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
    <Block title="Delivery and tracking">
      <div className={css.stack}>
        <Field
          {...props}
          field="retrySeconds"
          label="Retry after (seconds)"
          description="Before retry 1, 2, …; the last value repeats."
        />
        <Field
          {...props}
          field="giveUpHours"
          label="Give up after (hours)"
          description="Then the message bounces."
        />
        <Field {...props} field="connections" label="Connections at once" />
        <Field {...props} field="keepDays" label="Keep tracking records (days)" />
      </div>
    </Block>
  );
}
