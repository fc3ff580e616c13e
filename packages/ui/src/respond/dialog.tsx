/** Says what will happen, has it done by each module that was chosen, and shows what came of it. */
import { type Action, trigger } from '@sightline/api';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { call } from '../kit/call.ts';
import { Confirm } from '../kit/confirm.tsx';
import { Inert } from '../kit/inert.tsx';
import { notify } from '../kit/notify.ts';
import type { Chosen } from './provider.tsx';

export default function Dialog({ chosen, onClose }: { chosen: Chosen; onClose: () => void }): ReactNode {
  const { actions } = chosen;
  const [first] = actions;
  const act = useMutation({
    mutationFn: () => Promise.all(actions.map((action) => done(action))),
    onSuccess: () => {
      notify(`Done: ${first.title}`);
      onClose();
    },
  });
  return (
    <Confirm
      opened
      title={first.title}
      verb="Do it"
      busy={act.isPending}
      error={act.error}
      onClose={onClose}
      onConfirm={() => act.mutate()}
    >
      {actions.map((action) => (
        <p key={action.url}>
          <Inert text={`${action.module}: ${action.description}`} />
        </p>
      ))}
    </Confirm>
  );
}

/** @throws an Error with what the module says */
async function done({ url, module, module_instance_id, id }: Action): Promise<void> {
  const query = Object.fromEntries(new URL(url, window.location.href).searchParams);
  const params = { module: module_instance_id, action: id };
  const { data, errors = [] } = await call(trigger, { params, query });
  if (data.status === 'success') return;
  throw new Error(
    `${module}: ${errors.map((e) => e.message).join(' ') || 'The module says that it failed.'}`,
  );
}
