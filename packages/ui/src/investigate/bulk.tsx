/** What can be done with several targets at once. */
import { Button } from '@mantine/core';
import type { Observable } from '@sightline/ctim';
import { IconCopy, IconFolderPlus, IconTableExport, IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useDesk } from '../desk/provider.tsx';
import { copyText } from '../kit/copy.tsx';
import { csv } from '../kit/csv.ts';
import { May } from '../kit/may.tsx';
import { notify, notifyProblem } from '../kit/notify.ts';
import { saveFile } from '../kit/save.ts';
import { count } from '../kit/text.ts';
import type { TargetRow } from './facts.ts';
import panel from './page.module.css';

interface BulkProps {
  rows: TargetRow[];
  onClear: () => void;
  /** Further actions on what is selected. */
  children?: ReactNode;
}

export const observablesOf = (rows: readonly TargetRow[]): Observable[] => rows.flatMap((t) => t.observables);

const iso = (at: number): string => new Date(at).toISOString();

/** One line for each target; times in UTC. */
export const targetsCsv = (rows: readonly TargetRow[]): string =>
  csv(
    ['target', 'type', 'sightings', 'states', 'first_seen', 'last_seen'],
    rows.map((t) => [
      t.observables.map((o) => o.value).join(' '),
      t.type,
      t.sightings,
      t.states.map(([state, n]) => `${n} ${state}`).join(', '),
      iso(t.first),
      iso(t.last),
    ]),
  );

export function Bulk({ rows, onClear, children }: BulkProps): ReactNode {
  const { collect } = useDesk();
  const observables = observablesOf(rows);
  const copy = (): void =>
    void copyText(observables.map((o) => o.value).join('\n')).then(
      () => notify(`${count(observables.length, 'address', 'addresses')} copied.`),
      notifyProblem,
    );
  return (
    <div className={panel.bulk} role="toolbar" aria-label="Selected targets">
      <span role="status">{count(rows.length, 'target')} selected</span>
      <Button size="compact-xs" variant="default" leftSection={<IconCopy size={13} />} onClick={copy}>
        Copy addresses
      </Button>
      <Button
        size="compact-xs"
        variant="default"
        leftSection={<IconTableExport size={13} />}
        onClick={() => saveFile('targets.csv', targetsCsv(rows), 'text/csv')}
      >
        CSV
      </Button>
      <May do="intel:write">
        <Button
          size="compact-xs"
          variant="default"
          leftSection={<IconFolderPlus size={13} />}
          onClick={() => collect(observables)}
        >
          Add to casebook…
        </Button>
      </May>
      {children}
      <Button
        size="compact-xs"
        variant="subtle"
        color="gray"
        leftSection={<IconX size={13} />}
        onClick={onClear}
      >
        Clear
      </Button>
    </div>
  );
}
