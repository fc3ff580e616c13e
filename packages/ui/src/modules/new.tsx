import { addModule, listModules, listModuleTypes, type ModuleType } from '@sightline/api';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useAct, useCall } from '../kit/call.ts';
import { Loaded, Page } from '../kit/states.tsx';
import { Catalogue } from './catalogue.tsx';
import { ModuleForm } from './fields.tsx';
import { MODULES } from './places.ts';

/** Add New Module: the catalogue, or with `?type=` the form of that type. */
export function NewModulePage(): ReactNode {
  const types = useCall(listModuleTypes);
  const { type: id } = useSearch({ strict: false }) as { type?: string };
  const chosen = types.data?.types.find((type) => type.id === id);
  return (
    <Page
      title={chosen ? `Add New ${chosen.title} Module` : 'Add New Module'}
      lead={chosen?.short_description ?? 'Choose what investigations should ask.'}
    >
      <Loaded of={types} rows={6}>
        {({ types: all }) => (chosen ? <Add type={chosen} /> : <Catalogue types={all} />)}
      </Loaded>
    </Page>
  );
}

function Add({ type }: { type: ModuleType }): ReactNode {
  const navigate = useNavigate();
  const back = (): void => void navigate({ to: MODULES });
  const add = useAct(addModule, {
    refresh: [listModules],
    done: (made) => `${made.name} has been added.`,
    onDone: back,
  });
  return (
    <ModuleForm
      type={type}
      name={type.default_name}
      error={add.error}
      busy={add.isPending}
      onSave={(name, settings) => add.mutate({ body: { name, module_type_id: type.id, settings } })}
      onCancel={back}
    />
  );
}
