/** The parts of a menu that are loaded when one is first opened. */
import type { Observable } from '@sightline/ctim';
import { lazy, type ReactNode } from 'react';

const Items = lazy(async () => ({ default: (await import('./items.tsx')).DeskItems }));
const Head = lazy(async () => ({ default: (await import('./verdict.tsx')).Verdict }));

export const DeskEntries = (props: { observable: Observable }): ReactNode => <Items {...props} />;
export const DeskVerdict = (props: { observable: Observable }): ReactNode => <Head {...props} />;
