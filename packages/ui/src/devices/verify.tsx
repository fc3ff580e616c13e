/** Checks the chain of the audit log and shows what was found. */
import { Button } from '@mantine/core';
import { type AuditCheck, listAudit, verifyAudit } from '@sightline/api';
import { IconAlertOctagon, IconShieldCheck } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useAct } from '../kit/call.ts';
import { CopyButton } from '../kit/copy.tsx';
import { Problem } from '../kit/problem.tsx';
import { count, middle } from '../kit/text.ts';
import css from './devices.module.css';

export function useVerify() {
  return useAct(verifyAudit, { refresh: [listAudit] });
}

export function VerifyButton({ verify }: { verify: ReturnType<typeof useVerify> }): ReactNode {
  return (
    <Button
      variant="default"
      leftSection={<IconShieldCheck size={14} />}
      loading={verify.isPending}
      onClick={() => verify.mutate({})}
    >
      Verify
    </Button>
  );
}

export function VerifyResult({ verify }: { verify: ReturnType<typeof useVerify> }): ReactNode {
  if (verify.error) return <Problem error={verify.error} />;
  return verify.data ? <Found check={verify.data} /> : null;
}

function Found({ check }: { check: AuditCheck }): ReactNode {
  const { broken, head, good } = check;
  return (
    <div className={broken ? css.bad : css.good} role="status">
      {broken ? (
        <IconAlertOctagon className={css.badIcon} size={17} aria-hidden />
      ) : (
        <IconShieldCheck className={css.goodIcon} size={17} aria-hidden />
      )}
      <div>
        {broken ? (
          <>
            <strong>The audit log has been changed.</strong> {broken.reason} {count(good, 'entry', 'entries')}{' '}
            before it {good === 1 ? 'is' : 'are'} intact.
          </>
        ) : (
          <>The audit log is intact: {count(good, 'entry', 'entries')}, each following from the one before.</>
        )}
        {head && (
          <div className="muted">
            Entry {head.seq} has the hash <span className="mono">{middle(head.hash, 12, 8)}</span>{' '}
            <CopyButton icon text={`${head.seq}:${head.hash}`} label="Copy number and hash" /> Kept elsewhere,
            it proves later that nothing up to here was changed or cut off.
          </div>
        )}
      </div>
    </div>
  );
}
