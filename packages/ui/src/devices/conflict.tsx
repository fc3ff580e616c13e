/** Two machines have the key of a device: what that means, and the way out. */
import { type Device, getDevice, listDevices, resolveConflict } from '@sightline/api';
import type { ReactNode } from 'react';
import { useAct } from '../kit/call.ts';
import { Confirm } from '../kit/confirm.tsx';

export function ResolveConflict({ device, onClose }: { device: Device; onClose: () => void }): ReactNode {
  const resolve = useAct(resolveConflict, {
    refresh: [listDevices, getDevice],
    onDone: onClose,
    done: `${device.name} may connect again.`,
  });
  return (
    <Confirm
      opened
      title={`Resolve the conflict of ${device.name}?`}
      verb="Resolve conflict"
      busy={resolve.isPending}
      error={resolve.error}
      onConfirm={() => resolve.mutate({ params: { id: device.id } })}
      onClose={onClose}
    >
      Two machines connected with the key of this device: one was probably copied from the other. Switch the
      copy off first, then resolve the conflict; the device connects again by itself. If you cannot tell which
      one is the original, delete the device instead and register it with a new token.
    </Confirm>
  );
}
