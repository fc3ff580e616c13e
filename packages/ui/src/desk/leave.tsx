/** Says what another site learns before it is opened. */
import type { Reference } from '@sightline/api';
import type { ReactNode } from 'react';
import { Confirm } from '../kit/confirm.tsx';
import { Inert } from '../kit/inert.tsx';

export default function Leave(props: { reference: Reference; onClose: () => void }): ReactNode {
  const { reference, onClose } = props;
  const host = hostOf(reference.url);
  const go = (): void => {
    window.open(reference.url, '_blank', 'noopener,noreferrer');
    onClose();
  };
  return (
    <Confirm opened title={`Open ${host}?`} verb="Open in a new tab" onClose={onClose} onConfirm={go}>
      <p>
        <Inert text={reference.title} />, by <Inert text={reference.module} />.
      </p>
      <p>
        That site sees what you look up and from where. It does not learn which page of Sightline you come
        from.
      </p>
      <p className="mono" style={{ overflowWrap: 'anywhere' }}>
        <Inert text={reference.url} />
      </p>
    </Confirm>
  );
}

function hostOf(url: string): string {
  try {
    return new URL(url).host;
  } catch {
    return 'this address';
  }
}
