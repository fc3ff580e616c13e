/** What a casebook holds: its observables, side by side with what is thought of them, and its notes. */
import { ActionIcon, Button, Textarea, Tooltip } from '@mantine/core';
import {
  type Call,
  changeCasebookObservables,
  changeCasebookTexts,
  deliberate,
  INTEL,
  inspect,
} from '@sightline/api';
import type { Casebook, Observable } from '@sightline/ctim';
import { IconTrash } from '@tabler/icons-react';
import { type FormEvent, type ReactNode, useState } from 'react';
import { call, useAct, useCall } from '../kit/call.ts';
import type { Standing } from '../kit/disposition.ts';
import { Inert } from '../kit/inert.tsx';
import { useMay } from '../kit/may.tsx';
import { notify, notifyProblem } from '../kit/notify.ts';
import { EmptyState } from '../kit/states.tsx';
import { ObservableTag } from '../kit/tag.tsx';
import css from './intel.module.css';
import { shortOf } from './search.ts';

const key = ({ type, value }: Observable): string => `${type}:${value}`;

/** What the modules think of these observables; the worst counts. */
function useStandings(observables: Observable[]): Map<string, Standing> {
  const may = useMay('investigate');
  const body = observables.slice(0, 100);
  const { data } = useCall(deliberate, { query: {}, body }, { enabled: may && body.length > 0 });
  const found = new Map<string, Standing>();
  for (const doc of data?.data.flatMap((one) => one.data.verdicts?.docs ?? []) ?? []) {
    const before = found.get(key(doc.observable));
    const rank = [2, 3, 1, 4, 5];
    if (before === undefined || rank.indexOf(doc.disposition) < rank.indexOf(before as number))
      found.set(key(doc.observable), doc.disposition);
  }
  return found;
}

export function CaseObservables({ casebook }: { casebook: Casebook }): ReactNode {
  const observables = distinct(casebook.observables ?? []);
  const standings = useStandings(observables);
  const may = useMay('intel:write');
  const change = useAct(changeCasebookObservables, { refresh: [INTEL.casebook.read, INTEL.casebook.search] });
  const params = { id: shortOf(casebook.id) };
  const remove = (one: Observable): void =>
    change.mutate({ params, query: {}, body: { operation: 'remove', observables: [one] } });
  const add = (given: Observable[]): void =>
    change.mutate({ params, query: {}, body: { operation: 'add', observables: given } });
  return (
    <section className={`panel ${css.section}`} aria-label="Observables">
      <div className={css.head}>
        <h2>Observables</h2>
        <span className="muted">{observables.length}</span>
      </div>
      {observables.length === 0 && (
        <EmptyState title="No observables yet">
          Paste a text below: what can be investigated in it is added.
        </EmptyState>
      )}
      {observables.map((one) => (
        <div key={key(one)} className={css.observable}>
          <ObservableTag observable={one} standing={standings.get(key(one)) ?? 'none'} limit={70} />
          {may && (
            <Tooltip label="Take out of the casebook">
              <ActionIcon aria-label={`Take ${one.value} out`} onClick={() => remove(one)}>
                <IconTrash size={15} />
              </ActionIcon>
            </Tooltip>
          )}
        </div>
      ))}
      {may && (
        <AddText
          label="Add observables from a text"
          verb="Add"
          onSend={(text) => void read(call, text, observables, add)}
        />
      )}
    </section>
  );
}

const distinct = (all: Observable[]): Observable[] => [...new Map(all.map((o) => [key(o), o])).values()];

async function read(
  ask: Call,
  content: string,
  before: Observable[],
  add: (given: Observable[]) => void,
): Promise<void> {
  const known = new Set(before.map(key));
  const found = await ask(inspect, { body: { content } }).catch(notifyProblem);
  const fresh = found?.filter((one) => !known.has(key(one))) ?? [];
  if (fresh.length > 0) add(fresh);
  else if (found) notify('There is nothing new to investigate in this text.');
}

/** A stranger's text of several lines. */
function Lines({ text }: { text: string }): ReactNode {
  return text.split(/\r?\n/).map((line, i) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other identity and never move
    <div key={i}>{line === '' ? '\u00a0' : <Inert text={line} />}</div>
  ));
}

export function Notes({ casebook }: { casebook: Casebook }): ReactNode {
  const may = useMay('intel:write');
  const change = useAct(changeCasebookTexts, { refresh: [INTEL.casebook.read, INTEL.casebook.search] });
  const texts = casebook.texts ?? [];
  const add = (text: string): void =>
    change.mutate({
      params: { id: shortOf(casebook.id) },
      query: {},
      body: { operation: 'add', texts: [{ type: 'note', text }] },
    });
  return (
    <section className={`panel ${css.section}`} aria-label="Notes">
      <h2>Notes</h2>
      {texts.map(({ text }, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: notes are only ever added at the end
        <div key={i} className={css.note}>
          <Lines text={text} />
        </div>
      ))}
      {may && <AddText label="New note" verb="Add note" onSend={add} />}
    </section>
  );
}

function AddText({
  label,
  verb,
  onSend,
}: {
  label: string;
  verb: string;
  onSend: (text: string) => void;
}): ReactNode {
  const [text, setText] = useState('');
  const send = (event: FormEvent): void => {
    event.preventDefault();
    onSend(text);
    setText('');
  };
  return (
    <form className={css.stack} onSubmit={send}>
      <Textarea
        label={label}
        autosize
        minRows={2}
        maxRows={8}
        maxLength={100_000}
        value={text}
        onChange={(e) => setText(e.currentTarget.value)}
      />
      <div className={css.buttons}>
        <Button type="submit" variant="default" disabled={text.trim() === ''}>
          {verb}
        </Button>
      </div>
    </form>
  );
}
