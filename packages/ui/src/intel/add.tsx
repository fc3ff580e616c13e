/** Adding a judgement, an indicator, a feed, a casebook or an incident: the form is loaded when it is asked for. */
import { lazy, type ReactNode, Suspense } from 'react';
import type { AddProps } from './form.tsx';

const Form = lazy(() => import('./form.tsx'));

export const AddEntity = (props: AddProps): ReactNode => (
  <Suspense>
    <Form {...props} />
  </Suspense>
);
