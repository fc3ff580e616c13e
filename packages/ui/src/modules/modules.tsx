/** Modules: what investigations ask, whether it answers, and what more could be asked. */

import { Button } from '@mantine/core';
import { listModules, listModuleTypes } from '@sightline/api';
import { IconBoxMultiple, IconPlus, IconServerCog } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useCall } from '../kit/call.ts';
import { May } from '../kit/may.tsx';
import { EmptyState, Loaded, Page } from '../kit/states.tsx';
import { Catalogue } from './catalogue.tsx';
import { Configured } from './configured.tsx';
import css from './modules.module.css';
import { DEVICES, NEW_MODULE } from './places.ts';

export function ModulesPage(): ReactNode {
  const modules = useCall(listModules, undefined, { every: 10_000 });
  const types = useCall(listModuleTypes);
  return (
    <Page title="Modules" lead="Each module is a source that investigations ask." actions={<Actions />}>
      <section className={css.section} aria-labelledby="configured">
        <div className={css.sectionHead}>
          <h2 id="configured">Configured modules</h2>
        </div>
        <Loaded of={modules} rows={4}>
          {({ modules: all }) =>
            all.length === 0 ? (
              <NoModules />
            ) : (
              <div className={css.cards}>
                {all.map((module) => (
                  <Configured key={module.id} module={module} />
                ))}
              </div>
            )
          }
        </Loaded>
      </section>
      <Loaded of={types} rows={4}>
        {({ types: all }) => <Catalogue types={all} />}
      </Loaded>
    </Page>
  );
}

function Actions(): ReactNode {
  const navigate = useNavigate();
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconServerCog size={15} />}
        onClick={() => void navigate({ to: DEVICES })}
      >
        Manage Devices
      </Button>
      <May do="module:write">
        <Button leftSection={<IconPlus size={15} />} onClick={() => void navigate({ to: NEW_MODULE })}>
          Add New Module
        </Button>
      </May>
    </>
  );
}

function NoModules(): ReactNode {
  return (
    <div className="panel">
      <EmptyState icon={<IconBoxMultiple size={28} stroke={1.4} aria-hidden />} title="No modules yet">
        Without a module an investigation has nobody to ask. Choose one below; its Quick Start says what it
        needs.
      </EmptyState>
    </div>
  );
}
