/** Intelligence: what the organisation itself has judged and seen, its feeds, and what happened to all of it. */
import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useSearch } from '@tanstack/react-router';
import { type ReactNode, useEffect, useState } from 'react';
import { May, useMe } from '../kit/may.tsx';
import { Page } from '../kit/states.tsx';
import { ListViews } from '../views/list.tsx';
import { AddEntity } from './add.tsx';
import { ExportMenu, ImportButton, isExported } from './files.tsx';
import css from './intel.module.css';
import { EntityList } from './list.tsx';
import type { Kind } from './search.ts';

interface Tab {
  kind: Kind;
  label: string;
  /** What the button that adds one says; without it none is added here. */
  add?: string;
  hint: string;
}

const TABS: Tab[] = [
  {
    kind: 'judgement',
    label: 'Judgements',
    add: 'Add Judgement',
    hint: 'A judgement says what you think of an observable. Add one, or import a list: investigations then show it.',
  },
  {
    kind: 'indicator',
    label: 'Indicators',
    add: 'Add Indicator',
    hint: 'An indicator ties judgements together that belong to one threat.',
  },
  {
    kind: 'sighting',
    label: 'Sightings',
    hint: 'Sightings come from other systems by API, or with a bundle.',
  },
  {
    kind: 'feed',
    label: 'Feeds',
    add: 'Add Feed',
    hint: 'A feed gives the judgements of an indicator to firewalls and gateways.',
  },
  { kind: 'event', label: 'Events', hint: 'Every change of the intelligence is told here.' },
];

export function IntelligencePage(): ReactNode {
  const { kind: asked, q = '' } = useSearch({ strict: false }) as { kind?: string; q?: string };
  const [kind, setKind] = useState<Kind>('judgement');
  const [text, setText] = useState(q);
  useEffect(() => {
    const known = TABS.find((one) => one.kind === asked)?.kind;
    if (known) setKind(known);
    setText(q);
  }, [asked, q]);
  const [adding, setAdding] = useState(false);
  const me = useMe()?.name ?? '';
  const tab = TABS.find((one) => one.kind === kind) ?? (TABS[0] as Tab);
  return (
    <Page
      title="Intelligence"
      lead="What your organisation has judged and seen itself. Investigations ask it as the module Private Intelligence."
      actions={
        <>
          {isExported(kind) && <ExportMenu type={kind} />}
          <May do="intel:write">
            <ImportButton />
            {tab.add && (
              <Button leftSection={<IconPlus size={15} />} onClick={() => setAdding(true)}>
                {tab.add}
              </Button>
            )}
          </May>
        </>
      }
    >
      <nav className={css.tabs} aria-label="Kinds">
        {TABS.map((one) => (
          <button
            key={one.kind}
            type="button"
            aria-pressed={one.kind === kind}
            onClick={() => {
              setKind(one.kind);
              setText('');
            }}
          >
            {one.label}
          </button>
        ))}
      </nav>
      <EntityList
        key={`${kind}\n${q}`}
        kind={kind}
        begin={text}
        onText={setText}
        tools={
          <ListViews
            page="intelligence"
            filter={{ kind, q: text }}
            tables={TABS.map(({ label }) => label.toLowerCase())}
          />
        }
        name={tab.label.toLowerCase()}
        hint={tab.hint}
        filter={kind === 'event' ? { sort_by: 'timestamp:desc' } : undefined}
      />
      {adding && <AddEntity kind={kind} me={me} onClose={() => setAdding(false)} />}
    </Page>
  );
}
