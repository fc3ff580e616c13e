/** What can be made of the whole page: a report, a snapshot. */
import type { ReactNode, RefObject } from 'react';
import { SaveSnapshot } from '../snapshots/save.tsx';
import type { Arranged } from './arranged.ts';
import type { Picture } from './relations.tsx';
import { ReportMenu } from './report/menu.tsx';
import type { View } from './state.ts';
import type { Run } from './stream.ts';

interface KeepProps {
  run: Run;
  view: View;
  arranged: Arranged;
  picture: RefObject<Picture | null>;
}

export const Keep = ({ run, view, arranged, picture }: KeepProps): ReactNode => (
  <>
    <ReportMenu run={run} view={view} drawing={() => picture.current?.svg() ?? ''} />
    <SaveSnapshot
      run={run}
      arrangement={arranged.now}
      positions={() => picture.current?.positions() ?? new Map()}
    />
  </>
);
