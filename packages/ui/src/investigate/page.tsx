import type { ReactNode } from 'react';
import { Page } from '../kit/states.tsx';

export function InvestigatePage(): ReactNode {
  return <Page title="Investigate">{null}</Page>;
}
