/** The button that keeps the investigation on the page. */
import { Button, Checkbox, Modal, Stack, Textarea, TextInput } from '@mantine/core';
import { listSnapshots, saveSnapshot } from '@sightline/api';
import { IconCamera } from '@tabler/icons-react';
import { type FormEvent, type ReactNode, useState } from 'react';
import type { Arrangement } from '../investigate/arranged.ts';
import type { Point } from '../investigate/plane.ts';
import type { Run } from '../investigate/stream.ts';
import { fieldProblem, useAct } from '../kit/call.ts';
import { useKeys } from '../kit/keys.tsx';
import { shortValue } from '../kit/observable.ts';
import { Problem } from '../kit/problem.tsx';
import { SubmitRow } from '../kit/submit.tsx';
import { packRun, packView } from './pack.ts';

interface SaveProps {
  run: Run;
  arrangement: Arrangement;
  positions: () => ReadonlyMap<string, Point>;
}

export function SaveSnapshot(props: SaveProps): ReactNode {
  const [open, setOpen] = useState(false);
  useKeys([{ keys: 's', does: 'Keep a snapshot', act: () => setOpen(true) }]);
  return (
    <>
      <Button variant="default" leftSection={<IconCamera size={14} />} onClick={() => setOpen(true)}>
        Snapshot
      </Button>
      <Modal opened={open} onClose={() => setOpen(false)} title="Keep a snapshot">
        <Form {...props} onDone={() => setOpen(false)} />
      </Modal>
    </>
  );
}

function Form({ run, arrangement, positions, onDone }: SaveProps & { onDone: () => void }): ReactNode {
  const [first] = run.observables;
  const [name, setName] = useState(first ? shortValue(first, 80) : '');
  const [description, setDescription] = useState('');
  const [shared, setShared] = useState(false);
  const save = useAct(saveSnapshot, { refresh: [listSnapshots], done: 'Snapshot kept.', onDone });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const view = packView(arrangement, positions());
    save.mutate({ body: { name, description, shared, run: packRun(run), view } });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          label="Name"
          data-autofocus
          value={name}
          error={fieldProblem(save.error, 'name')}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Textarea
          label="Description"
          rows={3}
          value={description}
          onChange={(event) => setDescription(event.currentTarget.value)}
        />
        <Checkbox
          label="Share with the organisation"
          checked={shared}
          onChange={(event) => setShared(event.currentTarget.checked)}
        />
        <Problem error={save.error} />
        <SubmitRow onCancel={onDone} busy={save.isPending}>
          Keep
        </SubmitRow>
      </Stack>
    </form>
  );
}
