import { Button, NativeSelect } from '@mantine/core';
import { listModuleDevices } from '@sightline/api';
import { IconReload } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useCall } from '../kit/call.ts';
import { Loaded } from '../kit/states.tsx';
import type { SpecInputProps } from './fields.tsx';
import { deviceOptions } from './form.ts';
import css from './modules.module.css';
import { CLOUD_SERVICES, DEVICES } from './places.ts';

/** Registered devices to choose from; where there are none, why, and the way to change that. */
export function DeviceField({ field, value, problem, onChange }: SpecInputProps): ReactNode {
  const devices = useCall(listModuleDevices, undefined, { every: 5000 });
  return (
    <Loaded of={devices} rows={2}>
      {({ devices: all, reason }) => {
        const options = deviceOptions(all, field.subtype);
        if (options.length === 0)
          return <NoDevice reason={reason || noneOf(field.subtype)} problem={problem} />;
        return (
          <div className={css.device}>
            <NativeSelect
              size="xs"
              label={field.label}
              description={field.tooltip}
              error={problem}
              value={String(value)}
              data={[{ value: '', label: 'Choose a device: name · type · ID · IP address' }, ...options]}
              onChange={(e) => onChange(e.currentTarget.value)}
            />
            <Button
              variant="subtle"
              size="compact-xs"
              leftSection={<IconReload size={14} />}
              loading={devices.isRefetching}
              onClick={() => void devices.refetch()}
            >
              Reload Devices
            </Button>
          </div>
        );
      }}
    </Loaded>
  );
}

const noneOf = (type: string | undefined): string =>
  `No registered device is of type ${type ?? 'any'}. Register one under Devices; it then appears here by itself.`;

function NoDevice({ reason, problem }: { reason: string; problem: string | undefined }): ReactNode {
  return (
    <div className={css.notice} role={problem ? 'alert' : 'note'}>
      <strong>No device can be chosen yet</strong>
      {reason}
      <span>
        <Link to={DEVICES} className={css.link}>
          Manage Devices
        </Link>
        <Link to={CLOUD_SERVICES} className={css.link}>
          Cloud Services
        </Link>
      </span>
    </div>
  );
}
