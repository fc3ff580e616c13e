import { Modal, Textarea, TextInput } from '@mantine/core';
import { type Device, deleteDevice, editDevice, listDevices } from '@sightline/api';
import { type FormEvent, type ReactNode, useState } from 'react';
import { fieldProblem, useAct } from '../kit/call.ts';
import { Confirm } from '../kit/confirm.tsx';
import { Problem } from '../kit/problem.tsx';
import { SubmitRow } from '../kit/submit.tsx';
import css from './devices.module.css';

interface ChangeProps {
  device: Device;
  onClose: () => void;
}

export function EditDevice({ device, onClose }: ChangeProps): ReactNode {
  const [name, setName] = useState(device.name);
  const [description, setDescription] = useState(device.description);
  const edit = useAct(editDevice, {
    refresh: [listDevices],
    onDone: onClose,
    done: 'The device has been changed.',
  });
  const save = (event: FormEvent): void => {
    event.preventDefault();
    edit.mutate({ params: { id: device.id }, body: { name: name.trim(), description: description.trim() } });
  };
  return (
    <Modal opened onClose={onClose} title="Edit Device">
      <form className={css.stack} onSubmit={save} noValidate>
        <TextInput
          label="Name"
          data-autofocus
          maxLength={255}
          value={name}
          error={fieldProblem(edit.error, 'name')}
          onChange={(e) => setName(e.currentTarget.value)}
        />
        <Textarea
          label="Description"
          autosize
          minRows={3}
          maxLength={2048}
          value={description}
          error={fieldProblem(edit.error, 'description')}
          onChange={(e) => setDescription(e.currentTarget.value)}
        />
        <Problem error={edit.error} />
        <SubmitRow onCancel={onClose} busy={edit.isPending}>
          Save
        </SubmitRow>
      </form>
    </Modal>
  );
}

export function DeleteDevice({ device, onClose }: ChangeProps): ReactNode {
  const remove = useAct(deleteDevice, {
    refresh: [listDevices],
    onDone: onClose,
    done: `${device.name} has been deleted.`,
  });
  return (
    <Confirm
      opened
      title={`Delete ${device.name}?`}
      verb="Delete device"
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate({ params: { id: device.id } })}
      onClose={onClose}
    >
      {device.status === 'pending'
        ? 'Its registration token stops working at once.'
        : 'Its connection ends at once and its key is refused from then on. To come back it needs a new registration token. Modules that ask it stop finding messages.'}
    </Confirm>
  );
}
