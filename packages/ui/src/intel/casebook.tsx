/** One casebook: observables and notes, side by side with what is thought of them. */
import { Button } from '@mantine/core';
import { INTEL } from '@sightline/api';
import { IconPin, IconRadar2 } from '@tabler/icons-react';
import { useNavigate, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { setCurrent } from '../desk/current.ts';
import { useDesk } from '../desk/provider.tsx';
import { useCall } from '../kit/call.ts';
import { Inert } from '../kit/inert.tsx';
import { May } from '../kit/may.tsx';
import { typed } from '../kit/observable.ts';
import { Loaded, Page } from '../kit/states.tsx';
import { CaseObservables, Notes } from './case.tsx';
import { ExportMenu } from './files.tsx';
import css from './intel.module.css';

export function CasebookPage(): ReactNode {
  const { id } = useParams({ strict: false }) as { id: string };
  const found = useCall(INTEL.casebook.read, { params: { id }, query: {} });
  const navigate = useNavigate();
  const desk = useDesk();
  const observables = found.data?.observables ?? [];
  const look = (): void =>
    void navigate({ to: '/investigate', search: { q: observables.slice(0, 100).map(typed).join(' ') } });
  return (
    <Page
      title={found.data?.title ?? 'Casebook'}
      lead={found.data?.description ? <Inert text={found.data.description} /> : undefined}
      actions={
        <>
          <ExportMenu type="casebook" ids={[id]} />
          <Button
            variant="default"
            leftSection={<IconPin size={15} />}
            onClick={() => {
              setCurrent(id);
              desk.setDocked(true);
            }}
          >
            Keep at Hand
          </Button>
          <May do="investigate">
            <Button leftSection={<IconRadar2 size={15} />} disabled={observables.length === 0} onClick={look}>
              Investigate All
            </Button>
          </May>
        </>
      }
    >
      <Loaded of={found}>
        {(casebook) => (
          <div className={css.columns}>
            <div>
              <CaseObservables casebook={casebook} />
            </div>
            <div>
              <Notes casebook={casebook} />
            </div>
          </div>
        )}
      </Loaded>
    </Page>
  );
}
