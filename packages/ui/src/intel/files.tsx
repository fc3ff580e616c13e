/** Import and export: CTIM bundle, STIX 2.1, MISP, CSV. */
import { Button, Menu } from '@mantine/core';
import { address, exportIntel } from '@sightline/api';
import { IconDownload, IconUpload } from '@tabler/icons-react';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { FORMATS } from './formats.ts';
import type { Kind } from './search.ts';

const ImportDialog = lazy(() => import('./import.tsx'));

export type Exported = 'judgement' | 'indicator' | 'sighting' | 'incident' | 'casebook';
export const isExported = (kind: Kind): kind is Exported => kind !== 'feed' && kind !== 'event';

/** The browser saves the answer; the session's cookie goes with the request. */
export function ExportMenu({ type, ids }: { type: Exported; ids?: string[] }): ReactNode {
  return (
    <Menu position="bottom-end" width={190}>
      <Menu.Target>
        <Button variant="default" leftSection={<IconDownload size={14} />}>
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {FORMATS.map(({ value, label }) => (
          <Menu.Item
            key={value}
            component="a"
            download
            href={address(exportIntel, { query: { format: value, type, ...(ids ? { ids } : {}) } })}
          >
            {label.split(':')[0]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

export function ImportButton(): ReactNode {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button variant="default" leftSection={<IconUpload size={14} />} onClick={() => setOpen(true)}>
        Import
      </Button>
      {open && (
        <Suspense>
          <ImportDialog onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
