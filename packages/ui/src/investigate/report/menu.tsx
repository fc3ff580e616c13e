/** The button that makes a report of what is on the page. */
import { Button, Menu } from '@mantine/core';
import { listTaken, reportPdf, type TakenAction, whoAmI } from '@sightline/api';
import { IconFileText } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { call, useCall } from '../../kit/call.ts';
import { csv } from '../../kit/csv.ts';
import { useKeys } from '../../kit/keys.tsx';
import { notifyProblem } from '../../kit/notify.ts';
import { saveFile } from '../../kit/save.ts';
import { campaigns } from '../campaign.ts';
import type { View } from '../state.ts';
import type { Run } from '../stream.ts';
import { type Report, report } from './gather.ts';
import { html } from './html.ts';
import { limited } from './limited.ts';
import { markdown } from './markdown.ts';

interface ReportMenuProps {
  run: Run;
  view: View;
  /** The graph as it is drawn, '' where it is not. */
  drawing: () => string;
}

type Format = 'html' | 'markdown' | 'pdf' | 'targets' | 'observables';

export function ReportMenu({ run, view, drawing }: ReportMenuProps): ReactNode {
  const who = useCall(whoAmI).data;
  const make = async (format: Format): Promise<void> => {
    const { known } = view;
    const actions = await taken();
    const by = { by: who?.name ?? '', organisation: who?.organisation ?? '' };
    const list = campaigns(known.sightings);
    const given = { run, known, campaigns: list, actions, drawing: drawing(), ...by, now: Date.now() };
    await offer(format, report(given)).catch(notifyProblem);
  };
  useKeys([
    { keys: 'r', does: 'Make a report', act: () => void make('html') },
    { keys: 'shift+R', does: 'Make a report as PDF', act: () => void make('pdf') },
  ]);
  return (
    <Menu position="bottom-end" width={230}>
      <Menu.Target>
        <Button variant="default" leftSection={<IconFileText size={14} />}>
          Report
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => void make('html')} rightSection={<kbd>r</kbd>}>
          One HTML file
        </Menu.Item>
        <Menu.Item onClick={() => void make('pdf')} rightSection={<kbd>Shift r</kbd>}>
          PDF
        </Menu.Item>
        <Menu.Item onClick={() => void make('markdown')}>Markdown</Menu.Item>
        <Menu.Divider />
        <Menu.Item onClick={() => void make('targets')}>Targets as CSV</Menu.Item>
        <Menu.Item onClick={() => void make('observables')}>Observables as CSV</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** What was done lately; a report without it is better than none. */
const taken = async (): Promise<TakenAction[]> => {
  const found = await call(listTaken, { query: { limit: 200 } }).catch(() => undefined);
  return found?.actions ?? [];
};

async function offer(format: Format, r: Report): Promise<void> {
  const name = `investigation-${r.made.replaceAll(':', '')}`;
  if (format === 'html') saveFile(`${name}.html`, html(r), 'text/html');
  else if (format === 'pdf') {
    const { pdf } = await call(reportPdf, { body: limited(r) });
    const bytes = Uint8Array.from(atob(pdf), (c) => c.charCodeAt(0));
    saveFile(`${name}.pdf`, new Blob([bytes], { type: 'application/pdf' }));
  } else if (format === 'markdown') saveFile(`${name}.md`, markdown(r), 'text/markdown');
  else saveFile(`${name}-${format}.csv`, format === 'targets' ? targets(r) : observables(r), 'text/csv');
}

const targets = (r: Report): string =>
  csv(
    ['target', 'messages', 'states', 'first', 'last'],
    r.targets.map((t) => [t.value, t.messages, t.states, t.first, t.last]),
  );

const observables = (r: Report): string =>
  csv(
    ['type', 'value'],
    r.observables.map((o) => [o.type, o.value]),
  );
