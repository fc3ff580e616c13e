/** A page of settings: form of the candidate or the live configuration, Submit and Cancel. */
import { Button } from '@mantine/core';
import { type Config, type ConfigPart, Fault, getConfig, submitConfig } from '@sightline/api';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useAct, useCall } from '../../kit/call.ts';
import { May } from '../../kit/may.tsx';
import { Problem } from '../../kit/problem.tsx';
import { Loaded } from '../../kit/states.tsx';
import { SUBMITTED } from '../cloud/view.ts';
import css from '../console.module.css';
import { useFlash } from '../flash.tsx';
import { ConsolePage, Notice } from '../parts.tsx';

export interface SettingsProps<F> {
  form: F;
  set: (part: Partial<F>) => void;
  /** Sentences of the server by path of the configuration. */
  problems: Record<string, string>;
}

interface PageProps<F> {
  title: string;
  lead: string;
  at: string;
  formOf: (config: Config) => F;
  patchOf: (form: F) => ConfigPart;
  children: (props: SettingsProps<F>) => ReactNode;
}

export function SettingsPage<F extends object>(props: PageProps<F>): ReactNode {
  const config = useCall(getConfig);
  return (
    <ConsolePage title={props.title} lead={props.lead}>
      <Loaded of={config} rows={8}>
        {(state) => (
          <Form
            {...props}
            key={state.generation + Number(state.candidate !== null)}
            config={state.candidate ?? state.live}
            pending={state.changes.length > 0}
          />
        )}
      </Loaded>
    </ConsolePage>
  );
}

function Form<F extends object>({
  config,
  pending,
  at,
  formOf,
  patchOf,
  children,
}: PageProps<F> & { config: Config; pending: boolean }): ReactNode {
  const [form, setForm] = useState(() => formOf(config));
  const flash = useFlash();
  const submit = useAct(submitConfig, { refresh: [getConfig], onDone: () => flash(SUBMITTED, at) });
  const set = (part: Partial<F>): void => setForm((now) => ({ ...now, ...part }));
  const send = (event: FormEvent): void => {
    event.preventDefault();
    submit.mutate({ body: patchOf(form) as Record<string, unknown> });
  };
  return (
    <form className={css.stack} onSubmit={send} noValidate>
      {pending && (
        <Notice>Some settings are submitted but not committed. The fields show what was submitted.</Notice>
      )}
      {children({ form, set, problems: problemsOf(submit.error) })}
      <Problem error={submit.error} />
      <div className={css.row}>
        <May do="config:submit">
          <Button type="submit" loading={submit.isPending}>
            Submit
          </Button>
        </May>
        <Button
          variant="default"
          onClick={() => {
            setForm(formOf(config));
            submit.reset();
          }}
        >
          Cancel
        </Button>
      </div>
    </form>
  );
}

function problemsOf(error: unknown): Record<string, string> {
  if (!(error instanceof Fault)) return {};
  return Object.fromEntries((error.fields ?? []).map(({ path, message }) => [path, message]));
}

/** Those of one list, by `index.key`. */
export const under = (problems: Record<string, string>, list: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(problems)
      .filter(([path]) => path.startsWith(`${list}.`))
      .map(([path, text]) => {
        const [index = '', key = ''] = path.slice(list.length + 1).split('.');
        return [`${index}.${key}`, text];
      }),
  );
