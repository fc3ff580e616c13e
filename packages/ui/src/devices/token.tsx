/** The token of a device that has not registered: a new one, or none. */
import { Button, Modal, NativeSelect } from '@mantine/core';
import { type Device, listDevices, renewToken, revokeToken } from '@sightline/api';
import { type ReactNode, useState } from 'react';
import { useAct } from '../kit/call.ts';
import { Confirm } from '../kit/confirm.tsx';
import { Problem } from '../kit/problem.tsx';
import { TokenList } from './add.tsx';
import css from './devices.module.css';
import { EXPIRIES, type Minted } from './tokens.ts';

interface TokenProps {
  device: Device;
  region: string;
  onClose: () => void;
}

export function NewToken({ device, region, onClose }: TokenProps): ReactNode {
  const [minted, setMinted] = useState<Minted>();
  const [hours, setHours] = useState(EXPIRIES[0]?.value ?? '1');
  const renew = useAct(renewToken, { refresh: [listDevices], onDone: setMinted });
  return (
    <Modal opened onClose={onClose} size="lg" closeOnClickOutside={!minted} title="New Registration Token">
      {minted ? (
        <TokenList minted={minted} region={region} onClose={onClose} />
      ) : (
        <div className={css.stack}>
          <p style={{ margin: 0 }}>The earlier token of {device.name} stops working at once.</p>
          <NativeSelect
            size="xs"
            label="Token expiration time"
            data={EXPIRIES}
            value={hours}
            onChange={(e) => setHours(e.currentTarget.value)}
          />
          <Problem error={renew.error} />
          <div className={css.buttons}>
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button
              loading={renew.isPending}
              onClick={() =>
                renew.mutate({ params: { id: device.id }, body: { expiryHours: Number(hours) } })
              }
            >
              Generate token
            </Button>
          </div>
        </div>
      )}
    </Modal>
  );
}

export function RevokeToken({ device, onClose }: Omit<TokenProps, 'region'>): ReactNode {
  const revoke = useAct(revokeToken, {
    refresh: [listDevices],
    onDone: onClose,
    done: `The token of ${device.name} has been revoked.`,
  });
  return (
    <Confirm
      opened
      title={`Revoke the token of ${device.name}?`}
      verb="Revoke token"
      busy={revoke.isPending}
      error={revoke.error}
      onConfirm={() => revoke.mutate({ params: { id: device.id } })}
      onClose={onClose}
    >
      Nobody can register with it from then on. The device stays in the list and can be given a new token.
    </Confirm>
  );
}
