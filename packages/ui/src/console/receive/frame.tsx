/** What the pages of receiving share: the configuration, one entry in a form, Submit. */
import { Button } from '@mantine/core';
import { type Config, type ConfigPart, getConfig, submitConfig } from '@sightline/api';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useAct, useCall } from '../../kit/call.ts';
import { May } from '../../kit/may.tsx';
import { Problem } from '../../kit/problem.tsx';
import { Loaded } from '../../kit/states.tsx';
import { SUBMITTED } from '../cloud/view.ts';
import css from '../console.module.css';
import { useFlash } from '../flash.tsx';
import { Block, ConsolePage, Notice } from '../parts.tsx';
import { type Draft, draftOf, entryOf, faultsOf, type Problems, type Spec } from './draft.ts';

export interface Editing {
  config: Config;
  /** Keeps a part in the candidate. */
  submit: (part: ConfigPart, done?: () => void) => void;
  error: unknown;
  busy: boolean;
  /** Takes the error away. */
  forget: () => void;
}

interface FrameProps {
  title: string;
  lead: string;
  /** Address of the page. */
  place: string;
  actions?: ReactNode;
  children: (editing: Editing) => ReactNode;
}

/** The page with what the caller submitted, else what is live. */
export function Frame({ title, lead, place, actions, children }: FrameProps): ReactNode {
  const config = useCall(getConfig);
  const flash = useFlash();
  const submit = useAct(submitConfig, { refresh: [getConfig], onDone: () => flash(SUBMITTED, place) });
  return (
    <ConsolePage title={title} lead={lead} actions={actions}>
      <Loaded of={config} rows={8}>
        {(state) => (
          <div className={css.stack}>
            {state.changes.length > 0 && (
              <Notice>
                Some settings are submitted but not committed. This page shows what was submitted.
              </Notice>
            )}
            {children({
              config: state.candidate ?? state.live,
              submit: (part, done) => submit.mutate({ body: part }, { onSuccess: () => done?.() }),
              error: submit.error,
              busy: submit.isPending,
              forget: submit.reset,
            })}
            <Problem error={submit.error} />
          </div>
        )}
      </Loaded>
    </ConsolePage>
  );
}

export interface FieldsProps {
  draft: Draft;
  problems: Problems;
  set: (part: Draft) => void;
}

interface EntryFormProps<T> {
  title: string;
  spec: Spec;
  schema: Parameters<typeof entryOf<T>>[0];
  entry: object;
  /** Where the entry is in the document, for what the server says of it. */
  at: string;
  editing: Editing;
  onSubmit: (entry: T) => void;
  onClose: () => void;
  children: (fields: FieldsProps) => ReactNode;
}

/** One entry as a form; problems stand at their fields. */
export function EntryForm<T>(props: EntryFormProps<T>): ReactNode {
  const { spec, schema, editing, at } = props;
  const [draft, setDraft] = useState(() => draftOf(spec, props.entry as Record<string, unknown>));
  const [problems, setProblems] = useState<Problems>({});
  const send = (event: FormEvent): void => {
    event.preventDefault();
    const result = entryOf(schema, spec, draft);
    setProblems('problems' in result ? result.problems : {});
    if ('entry' in result) props.onSubmit(result.entry);
  };
  const shown = Object.keys(problems).length > 0 ? problems : faultsOf(editing.error, at);
  return (
    <form onSubmit={send} noValidate className={css.stack}>
      <Block title={props.title}>
        {props.children({
          draft,
          problems: shown,
          set: (part) => {
            setDraft((now) => ({ ...now, ...part }));
            setProblems({});
          },
        })}
      </Block>
      <SubmitOrCancel editing={editing} onClose={props.onClose} />
    </form>
  );
}

/** The end of a form: keep the changes in the candidate, or leave them. */
export function SubmitOrCancel({ editing, onClose }: { editing: Editing; onClose: () => void }): ReactNode {
  return (
    <div className={css.row}>
      <May do="config:submit">
        <Button type="submit" loading={editing.busy}>
          Submit
        </Button>
      </May>
      <Button
        variant="default"
        onClick={() => {
          editing.forget();
          onClose();
        }}
      >
        Cancel
      </Button>
    </div>
  );
}
