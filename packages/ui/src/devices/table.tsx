/** The list of devices: rows that open to show everything about a device. */

import { ActionIcon, Checkbox, Tooltip } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { type Device, getDevice, listDevices } from '@sightline/api';
import {
  IconChevronDown,
  IconChevronRight,
  IconChevronUp,
  IconCircleCheckFilled,
  IconCircleDashed,
  IconCircleX,
  IconCopyX,
  IconGitMerge,
  IconKey,
  IconKeyOff,
  IconPencil,
  IconRefresh,
  IconTrash,
} from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useAct } from '../kit/call.ts';
import { Inert } from '../kit/inert.tsx';
import { useMay } from '../kit/may.tsx';
import { notifyProblem } from '../kit/notify.ts';
import { Time } from '../kit/when.tsx';
import { DeleteDevice, EditDevice } from './change.tsx';
import { ResolveConflict } from './conflict.tsx';
import css from './devices.module.css';
import { connection, type Order, ordered, type SortKey, STATUS_WORD, TOKEN_WORD, turned } from './order.ts';
import { Particulars } from './particulars.tsx';
import { NewToken, RevokeToken } from './token.tsx';

interface TableProps {
  devices: Device[];
  region: string;
  selected: ReadonlySet<string>;
  onSelect: (selected: ReadonlySet<string>) => void;
}

export function DeviceTable({ devices, region, selected, onSelect }: TableProps): ReactNode {
  const [order, setOrder] = useState<Order>({ key: 'name', desc: false });
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const all = devices.length > 0 && selected.size === devices.length;
  return (
    <div className={css.frame}>
      <table className={css.table} aria-label="Devices">
        <thead>
          <tr>
            <th scope="col" style={{ width: 36 }}>
              <Checkbox
                aria-label="Select all devices"
                checked={all}
                indeterminate={selected.size > 0 && !all}
                onChange={() => onSelect(all ? new Set() : new Set(devices.map((d) => d.id)))}
              />
            </th>
            <th scope="col" style={{ width: 36 }} aria-label="Connection" title="Connection">
              %
            </th>
            <th scope="col" className={css.wideOnly} style={{ width: 40 }}>
              #
            </th>
            <Sorted label="Name" column="name" order={order} onOrder={setOrder} />
            <Sorted label="Type" column="type" order={order} onOrder={setOrder} width={80} wideOnly />
            <Sorted label="Version" column="version" order={order} onOrder={setOrder} width={100} wideOnly />
            <Sorted
              label="Status"
              column="status"
              order={order}
              onOrder={setOrder}
              className={css.statusColumn}
            />
            <th scope="col" className={css.wideOnly} style={{ width: 190 }}>
              Address
            </th>
            <th scope="col" className={css.wideOnly} style={{ width: 116 }}>
              Last seen
            </th>
            <th scope="col" className={css.wideOnly}>
              Description
            </th>
            <th scope="col" className={css.actionsColumn}>
              Actions
            </th>
          </tr>
        </thead>
        {ordered(devices, order).map((device, i) => (
          <DeviceRows
            key={device.id}
            device={device}
            region={region}
            ordinal={i + 1}
            selected={selected.has(device.id)}
            onSelect={() => onSelect(toggled(selected, device.id))}
            open={open.has(device.id)}
            onOpen={() => setOpen(toggled(open, device.id))}
          />
        ))}
      </table>
    </div>
  );
}

function toggled(set: ReadonlySet<string>, id: string): Set<string> {
  const next = new Set(set);
  if (!next.delete(id)) next.add(id);
  return next;
}

interface SortedProps {
  label: string;
  column: SortKey;
  order: Order;
  onOrder: (order: Order) => void;
  width?: number;
  className?: string | undefined;
  /** Narrow screens show it in the opened row only. */
  wideOnly?: boolean;
}

function Sorted({ label, column, order, onOrder, width, className, wideOnly }: SortedProps): ReactNode {
  const active = order.key === column;
  const Arrow = order.desc ? IconChevronDown : IconChevronUp;
  return (
    <th
      scope="col"
      className={wideOnly ? css.wideOnly : className}
      style={{ width }}
      aria-sort={active ? (order.desc ? 'descending' : 'ascending') : undefined}
    >
      <button type="button" className={css.sort} onClick={() => onOrder(turned(order, column))}>
        {label}
        {active && <Arrow size={12} aria-hidden />}
      </button>
    </th>
  );
}

interface RowProps {
  device: Device;
  region: string;
  ordinal: number;
  selected: boolean;
  onSelect: () => void;
  open: boolean;
  onOpen: () => void;
}

function DeviceRows({ device, region, ordinal, selected, onSelect, open, onOpen }: RowProps): ReactNode {
  return (
    <tbody>
      <tr className={css.row}>
        <td>
          <Checkbox aria-label={`Select ${device.name}`} checked={selected} onChange={onSelect} />
        </td>
        <td>
          <Connection device={device} />
        </td>
        <td className={`muted ${css.wideOnly}`}>{ordinal}</td>
        <td>
          <button type="button" className={css.name} aria-expanded={open} onClick={onOpen}>
            <IconChevronRight size={13} aria-hidden />
            <span title={device.name}>
              <Inert text={device.name} />
            </span>
          </button>
        </td>
        <td className={css.wideOnly}>{device.type}</td>
        <td className={`mono ${css.wideOnly}`}>{device.version}</td>
        <td>
          <Status device={device} />
        </td>
        <td className={css.wideOnly}>
          <Addresses device={device} />
        </td>
        <td className={css.wideOnly}>{device.lastSeen && <Time at={device.lastSeen} only="relative" />}</td>
        <td className={css.wideOnly} title={device.description}>
          <Inert text={device.description} />
        </td>
        <td>
          <Actions device={device} region={region} />
        </td>
      </tr>
      {open && <Opened device={device} />}
    </tbody>
  );
}

/** As wide as the columns that are shown: one that spans more would take room from them. */
function Opened({ device }: { device: Device }): ReactNode {
  const narrow = useMediaQuery('(max-width: 640px)', false, { getInitialValueInEffect: false });
  return (
    <tr>
      <td className={css.more} colSpan={narrow ? 5 : 11}>
        <Particulars device={device} />
      </td>
    </tr>
  );
}

function Status({ device }: { device: Device }): ReactNode {
  const { status, tokenState, tokenExpires } = device;
  return (
    <>
      {STATUS_WORD[status]}
      {tokenState && (
        <span className={css.tokenState} data-state={tokenState}>
          {' · '}
          {TOKEN_WORD[tokenState]}{' '}
          {tokenState === 'open' && tokenExpires && <Time at={tokenExpires} only="relative" />}
        </span>
      )}
    </>
  );
}

/** The address that the device has for itself, and the one it is seen from. */
function Addresses({ device }: { device: Device }): ReactNode {
  const { ip, peer } = device;
  const title = `${ip || 'unknown'} on its own machine, seen from ${peer || 'nowhere yet'}`;
  return (
    <span className="mono" title={title}>
      {ip}
      {peer && peer !== ip && <span className="muted"> · {peer}</span>}
    </span>
  );
}

const ICONS = {
  registered: IconCircleCheckFilled,
  offline: IconCircleX,
  pending: IconCircleDashed,
  conflict: IconCopyX,
};

function Connection({ device }: { device: Device }): ReactNode {
  const Icon = ICONS[device.status];
  const text = connection(device);
  return (
    <Tooltip label={text}>
      <span className={css.dot} data-status={device.status} role="img" aria-label={text}>
        <Icon size={15} />
      </span>
    </Tooltip>
  );
}

type Doing = 'edit' | 'delete' | 'token' | 'revoke' | 'resolve';

function Actions({ device, region }: { device: Device; region: string }): ReactNode {
  const [doing, setDoing] = useState<Doing>();
  const mayWrite = useMay('device:write');
  const refresh = useAct(getDevice, { refresh: [listDevices], done: `${device.name}: state read again.` });
  const act = (what: Doing, label: string, icon: ReactNode): ReactNode =>
    mayWrite && <Action label={`${label} ${device.name}`} icon={icon} onClick={() => setDoing(what)} />;
  return (
    <span className={css.actions}>
      {act('edit', 'Edit', <IconPencil size={15} />)}
      {act('delete', 'Delete', <IconTrash size={15} />)}
      {device.status === 'pending' && act('token', 'New token for', <IconKey size={15} />)}
      {device.tokenState === 'open' && act('revoke', 'Revoke the token of', <IconKeyOff size={15} />)}
      {device.status === 'conflict' && act('resolve', 'Resolve the conflict of', <IconGitMerge size={15} />)}
      {device.status !== 'pending' && (
        <Action
          label={`Refresh ${device.name}`}
          icon={<IconRefresh size={15} />}
          onClick={() => refresh.mutate({ params: { id: device.id } }, { onError: notifyProblem })}
        />
      )}
      <Doings doing={doing} device={device} region={region} onClose={() => setDoing(undefined)} />
    </span>
  );
}

interface DoingsProps {
  doing: Doing | undefined;
  device: Device;
  region: string;
  onClose: () => void;
}

function Doings({ doing, device, region, onClose }: DoingsProps): ReactNode {
  const given = { device, onClose };
  if (doing === 'edit') return <EditDevice {...given} />;
  if (doing === 'delete') return <DeleteDevice {...given} />;
  if (doing === 'token') return <NewToken {...given} region={region} />;
  if (doing === 'revoke') return <RevokeToken {...given} />;
  return doing === 'resolve' ? <ResolveConflict {...given} /> : null;
}

function Action({
  label,
  icon,
  onClick,
}: {
  label: string;
  icon: ReactNode;
  onClick: () => void;
}): ReactNode {
  return (
    <Tooltip label={label}>
      <ActionIcon aria-label={label} onClick={onClick}>
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}
