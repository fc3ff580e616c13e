/** For which incident or casebook it is done: the casebook of the dock, or one of the latest. */
import { NativeSelect } from '@mantine/core';
import { type ReactNode, useEffect, useRef } from 'react';
import { useCurrent } from '../desk/current.ts';
import { shortOf, useEntities } from '../intel/search.ts';
import { useMay } from '../kit/may.tsx';
import { visible } from '../kit/text.ts';
import { sourceOf } from './case.ts';

/** Of each kind that are offered. */
const SHOWN = 20;
const LATEST = { sort_by: 'created', sort_order: 'desc' };

interface SourceProps {
  value: string;
  onChange: (value: string) => void;
}

export function Source(props: SourceProps): ReactNode {
  return useMay('intel:read') ? <Choice {...props} /> : null;
}

function Choice({ value, onChange }: SourceProps): ReactNode {
  const incidents = useEntities('incident', LATEST).data?.pages.flat() ?? [];
  const casebooks = useEntities('casebook', LATEST).data?.pages.flat() ?? [];
  const current = useCurrent();
  const mine = casebooks.find(({ id }) => shortOf(id) === current);
  useProposal(mine && sourceOf({ kind: 'casebook', id: mine.id, title: mine.title ?? '' }), onChange);
  const option = (kind: 'incident' | 'casebook') => (one: { id: string; title?: string | undefined }) => ({
    value: sourceOf({ kind, id: one.id, title: one.title ?? '' }),
    label: visible(one.title ?? shortOf(one.id)),
  });
  const cases = [...new Set([mine, ...casebooks.slice(0, SHOWN)])].flatMap((one) => one ?? []);
  return (
    <NativeSelect
      label="Case"
      description="Kept beside the action."
      value={value}
      onChange={(e) => onChange(e.currentTarget.value)}
      data={[
        { value: '', label: 'None' },
        { group: 'Incidents', items: incidents.slice(0, SHOWN).map(option('incident')) },
        { group: 'Casebooks', items: cases.map(option('casebook')) },
      ].filter((one) => !('items' in one) || one.items?.length)}
    />
  );
}

/** Chosen once, as soon as it is known; after that the person's choice stands. */
function useProposal(proposal: string | undefined, onChange: (value: string) => void): void {
  const made = useRef(false);
  useEffect(() => {
    if (proposal === undefined || made.current) return;
    made.current = true;
    onChange(proposal);
  }, [proposal, onChange]);
}
