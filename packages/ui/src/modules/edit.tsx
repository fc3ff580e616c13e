import { Button } from '@mantine/core';
import {
  type Answer,
  deleteModule,
  editModule,
  listModules,
  listModuleTypes,
  type ModuleType,
} from '@sightline/api';
import { useNavigate, useParams } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useAct, useCall } from '../kit/call.ts';
import { Confirm } from '../kit/confirm.tsx';
import { EmptyState, Loaded, Page } from '../kit/states.tsx';
import { ModuleForm } from './fields.tsx';
import { MODULES } from './places.ts';

type Module = Answer<typeof listModules>['modules'][number];

export function EditModulePage(): ReactNode {
  const { id } = useParams({ strict: false }) as { id: string };
  const modules = useCall(listModules);
  const types = useCall(listModuleTypes);
  const module = modules.data?.modules.find((m) => m.id === id);
  const type = types.data?.types.find((t) => t.id === module?.module_type_id);
  return (
    <Page title={module ? `Edit ${module.name}` : 'Edit Module'} lead={type?.title}>
      <Loaded of={modules} rows={6}>
        {() => (
          <Loaded of={types} rows={6}>
            {() => (module && type ? <Edit key={module.id} module={module} type={type} /> : <Gone />)}
          </Loaded>
        )}
      </Loaded>
    </Page>
  );
}

function Gone(): ReactNode {
  return (
    <div className="panel">
      <EmptyState title="There is no such module">
        It may have been deleted. Modules lists those there are.
      </EmptyState>
    </div>
  );
}

function Edit({ module, type }: { module: Module; type: ModuleType }): ReactNode {
  const navigate = useNavigate();
  const back = (): void => void navigate({ to: MODULES });
  const save = useAct(editModule, {
    refresh: [listModules],
    done: (now) => `${now.name} has been changed.`,
    onDone: back,
  });
  return (
    <ModuleForm
      type={type}
      name={module.name}
      saved={module.settings}
      error={save.error}
      busy={save.isPending}
      onSave={(name, settings) => save.mutate({ params: { id: module.id }, body: { name, settings } })}
      onCancel={back}
      extra={<Remove module={module} onDone={back} />}
    />
  );
}

function Remove({ module, onDone }: { module: Module; onDone: () => void }): ReactNode {
  const [asking, setAsking] = useState(false);
  const remove = useAct(deleteModule, {
    refresh: [listModules],
    done: `${module.name} has been deleted.`,
    onDone,
  });
  return (
    <>
      <Button variant="default" onClick={() => setAsking(true)}>
        Delete
      </Button>
      <Confirm
        opened={asking}
        title={`Delete ${module.name}?`}
        verb="Delete module"
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate({ params: { id: module.id } })}
        onClose={() => setAsking(false)}
      >
        Investigations no longer ask it. The device stays registered.
      </Confirm>
    </>
  );
}
