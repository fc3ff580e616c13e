/** The list of devices: rows that open to show everything about a device. */
import { ActionIcon, Checkbox, Tooltip } from '@mantine/core';
import { type Device, getDevice, listDevices } from '@sightline/api';
import {
  IconChevronDown,
  IconChevronRight,
  IconChevronUp,
  IconCircleCheckFilled,
  IconCircleDashed,
  IconCircleX,
  IconPencil,
  IconRefresh,
  IconTrash,
} from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useAct } from '../kit/call.ts';
import { Inert } from '../kit/inert.tsx';
import { notifyProblem } from '../kit/notify.ts';
import { DeleteDevice, EditDevice } from './change.tsx';
import css from './devices.module.css';
import { connection, type Order, ordered, type SortKey, STATUS_WORD, turned } from './order.ts';
import { Particulars } from './particulars.tsx';

interface TableProps {
  devices: Device[];
  selected: ReadonlySet<string>;
  onSelect: (selected: ReadonlySet<string>) => void;
}

export function DeviceTable({ devices, selected, onSelect }: TableProps): ReactNode {
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
            <th scope="col" style={{ width: 32 }} aria-label="Connection" title="Connection">
              %
            </th>
            <th scope="col" className={css.wideOnly} style={{ width: 40 }}>
              #
            </th>
            <Sorted label="Name" column="name" order={order} onOrder={setOrder} />
            <Sorted label="Type" column="type" order={order} onOrder={setOrder} width={80} wideOnly />
            <Sorted label="Version" column="version" order={order} onOrder={setOrder} width={100} wideOnly />
            <Sorted label="Status" column="status" order={order} onOrder={setOrder} width={110} />
            <th scope="col" className={css.wideOnly}>
              Description
            </th>
            <th scope="col" style={{ width: 108 }}>
              Actions
            </th>
          </tr>
        </thead>
        {ordered(devices, order).map((device, i) => (
          <DeviceRows
            key={device.id}
            device={device}
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
  /** Narrow screens show it in the opened row only. */
  wideOnly?: boolean;
}

function Sorted({ label, column, order, onOrder, width, wideOnly }: SortedProps): ReactNode {
  const active = order.key === column;
  const Arrow = order.desc ? IconChevronDown : IconChevronUp;
  return (
    <th
      scope="col"
      className={wideOnly ? css.wideOnly : undefined}
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
  ordinal: number;
  selected: boolean;
  onSelect: () => void;
  open: boolean;
  onOpen: () => void;
}

function DeviceRows({ device, ordinal, selected, onSelect, open, onOpen }: RowProps): ReactNode {
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
        <td>{STATUS_WORD[device.status]}</td>
        <td className={css.wideOnly} title={device.description}>
          <Inert text={device.description} />
        </td>
        <td>
          <Actions device={device} />
        </td>
      </tr>
      {open && (
        <tr>
          <td className={css.more} colSpan={9}>
            <Particulars device={device} />
          </td>
        </tr>
      )}
    </tbody>
  );
}

const ICONS = { registered: IconCircleCheckFilled, offline: IconCircleX, pending: IconCircleDashed };

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

function Actions({ device }: { device: Device }): ReactNode {
  const [doing, setDoing] = useState<'edit' | 'delete'>();
  const refresh = useAct(getDevice, { refresh: [listDevices], done: `${device.name}: state read again.` });
  const close = (): void => setDoing(undefined);
  return (
    <span className={css.actions}>
      <Action
        label={`Edit ${device.name}`}
        icon={<IconPencil size={15} />}
        onClick={() => setDoing('edit')}
      />
      <Action
        label={`Delete ${device.name}`}
        icon={<IconTrash size={15} />}
        onClick={() => setDoing('delete')}
      />
      <Action
        label={`Refresh ${device.name}`}
        icon={<IconRefresh size={15} />}
        onClick={() => refresh.mutate({ params: { id: device.id } }, { onError: notifyProblem })}
      />
      {doing === 'edit' && <EditDevice device={device} onClose={close} />}
      {doing === 'delete' && <DeleteDevice device={device} onClose={close} />}
    </span>
  );
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
