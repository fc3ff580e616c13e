/** The open tokens of the selected devices, made worthless at once. */
import { Button } from '@mantine/core';
import { type Device, listDevices, revokeToken } from '@sightline/api';
import { IconKeyOff } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { call, keyOf } from '../kit/call.ts';
import { Confirm } from '../kit/confirm.tsx';
import { useMay } from '../kit/may.tsx';
import { notify } from '../kit/notify.ts';
import { count } from '../kit/text.ts';

export function RevokeSelected({ devices }: { devices: Device[] }): ReactNode {
  const [asking, setAsking] = useState(false);
  const queries = useQueryClient();
  const open = devices.filter(({ tokenState }) => tokenState === 'open');
  const revoke = useMutation({
    mutationFn: () => Promise.all(open.map(({ id }) => call(revokeToken, { params: { id } }))),
    onSuccess: (done) => {
      notify(`${count(done.length, 'token')} revoked.`);
      setAsking(false);
    },
    onSettled: () => queries.invalidateQueries({ queryKey: keyOf(listDevices) }),
  });
  const mayWrite = useMay('device:write');
  if (!mayWrite || (open.length === 0 && !asking)) return null;
  return (
    <>
      <Button variant="default" leftSection={<IconKeyOff size={14} />} onClick={() => setAsking(true)}>
        Revoke tokens
      </Button>
      <Confirm
        opened={asking}
        title={`Revoke ${count(open.length, 'token')}?`}
        verb={`Revoke ${count(open.length, 'token')}`}
        busy={revoke.isPending}
        error={revoke.error}
        onConfirm={() => revoke.mutate()}
        onClose={() => setAsking(false)}
      >
        No appliance can register with them any more. The devices stay in the list and can get new tokens.
      </Confirm>
    </>
  );
}
