/** Into which casebook: one that is there, found by its words, or a new one of this name. */
import { Button, Modal, TextInput } from '@mantine/core';
import { INTEL } from '@sightline/api';
import type { Observable } from '@sightline/ctim';
import { IconBriefcase, IconPlus } from '@tabler/icons-react';
import { type ReactNode, useDeferredValue, useState } from 'react';
import { queryOf, shortOf, useEntities } from '../intel/search.ts';
import { useAct } from '../kit/call.ts';
import { Inert } from '../kit/inert.tsx';
import { nameOf } from '../kit/pivot.tsx';
import { Problem } from '../kit/problem.tsx';
import { count } from '../kit/text.ts';
import { useCollect } from './cases.ts';
import { setCurrent } from './current.ts';
import css from './desk.module.css';

const SHOWN = 8;

export default function Collect(props: { observables: Observable[]; onClose: () => void }): ReactNode {
  const { observables, onClose } = props;
  const [text, setText] = useState('');
  const found = useEntities('casebook', {
    ...queryOf(useDeferredValue(text)),
    sort_by: 'created',
    sort_order: 'desc',
  });
  const collect = useCollect();
  const put = (id: string, title: string): void => {
    setCurrent(shortOf(id));
    void collect(id, title, observables);
    onClose();
  };
  const add = useAct(INTEL.casebook.create, { onDone: ({ id, title }) => put(id, title ?? text) });
  const title = text.trim();
  const [first] = observables;
  return (
    <Modal opened onClose={onClose} title="Add to casebook" size="md">
      <div className={css.form}>
        <p className={css.subject}>
          {observables.length === 1 && first ? nameOf(first) : count(observables.length, 'observable')}
        </p>
        <TextInput
          label="Find a casebook, or name a new one"
          data-autofocus
          maxLength={1024}
          value={text}
          onChange={(e) => setText(e.currentTarget.value)}
        />
        <ul className={css.choices} aria-label="Casebooks">
          {(found.data?.pages.flat() ?? []).slice(0, SHOWN).map((one) => (
            <li key={one.id}>
              <Button
                variant="default"
                fullWidth
                justify="flex-start"
                leftSection={<IconBriefcase size={14} />}
                onClick={() => put(one.id, one.title ?? 'the casebook')}
              >
                <Inert text={one.title ?? one.id} />
                <span className={css.amount}>{count(one.observables?.length ?? 0, 'observable')}</span>
              </Button>
            </li>
          ))}
        </ul>
        <Problem error={found.error ?? add.error} />
        <div className={css.buttons}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            leftSection={<IconPlus size={14} />}
            disabled={title === ''}
            loading={add.isPending}
            onClick={() =>
              add.mutate({ query: {}, body: { title, tlp: 'amber', observables: [], texts: [] } as never })
            }
          >
            New casebook
          </Button>
        </div>
      </div>
    </Modal>
  );
}
