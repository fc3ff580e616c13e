import type { Device } from '@sightline/api';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { CopyButton } from '../kit/copy.tsx';
import { Inert } from '../kit/inert.tsx';
import { duration } from '../kit/time.ts';
import { Time } from '../kit/when.tsx';
import css from './devices.module.css';
import { clockText } from './order.ts';

/** All that the exchange knows about a device. */
export function Particulars({ device }: { device: Device }): ReactNode {
  return (
    <dl className={css.facts}>
      <Fact name="ID">
        <span className="mono">{device.id}</span> <CopyButton icon text={device.id} label="Copy ID" />
      </Fact>
      <Fact name="IP Address">{device.ip}</Fact>
      <Fact name="Peer Address">{device.peer}</Fact>
      <Fact name="Connector Version">{device.connectorVersion}</Fact>
      <Fact name="Type and Version">{`${device.type} ${device.version}`.trim()}</Fact>
      <Fact name="Product">{device.product}</Fact>
      <Fact name="Serial">{device.serial}</Fact>
      <Fact name="Created">
        <Time at={device.created} />
      </Fact>
      <Fact name="Registered">{device.registered && <Time at={device.registered} />}</Fact>
      <Fact name="Last Seen">{device.lastSeen && <Time at={device.lastSeen} />}</Fact>
      <Fact name="Round Trip">{device.roundTripMs !== null && duration(device.roundTripMs)}</Fact>
      <Fact name="Queries">{device.queries.toLocaleString('en-US')}</Fact>
      <Fact name="Clock">{device.clockSkewMs !== null && clockText(device.clockSkewMs)}</Fact>
      {device.tokenExpires && (
        <Fact name={device.tokenState === 'expired' ? 'Token Expired' : 'Token Expires'}>
          <Time at={device.tokenExpires} />
        </Fact>
      )}
      {device.conflict && (
        <Fact name="Conflict Since">
          <Time at={device.conflict} />
        </Fact>
      )}
      <Fact name="Events">
        <Link to="/events" search={{ device: device.id }}>
          Events of this device
        </Link>
      </Fact>
      {device.lastError && (
        <>
          <dt>Last Error:</dt>
          <dd className={css.wide}>
            <Inert text={device.lastError} />
          </dd>
        </>
      )}
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }): ReactNode {
  return (
    <>
      <dt>{name}:</dt>
      <dd>{children || <span className="muted">–</span>}</dd>
    </>
  );
}
