/** The exchange as the portal uses it: devices and their tokens, services, events, regions, audit log. */
import {
  addDevices,
  auditFacets,
  type CloudService,
  deleteDevice,
  deleteDevices,
  editDevice,
  exportAudit,
  getDevice,
  type HubFrame,
  listAudit,
  listDevices,
  listEvents,
  listRegions,
  listServices,
  renewToken,
  resolveConflict,
  revokeToken,
  switchService,
  verifyAudit,
} from '@sightline/api';
import type { Mount } from '@sightline/api/http';
import type { Deps, UsableDevices } from '../deps.ts';
import type { Caller } from '../http.ts';
import { type AuditFilter, facets, listLines, pages, verify } from './audit.ts';
import { auditFile, auditFileName } from './audit-file.ts';
import { EVENT_KINDS, listEvents as eventsOf } from './event.ts';
import type { Link } from './link.ts';
import {
  add,
  asShown,
  drop,
  edit,
  existing,
  line,
  type ManageDeps,
  renew,
  revoke,
  settle,
} from './manage.ts';
import { type RegionDeps, regionStates } from './region.ts';
import { isEnabled, serviceOf, setService } from './service.ts';
import { devicesOf, isMatch } from './store.ts';

export interface ExchangeDeps extends ManageDeps, RegionDeps {
  link: Pick<Link, 'line' | 'cut' | 'tell' | 'probe'>;
  organisationName: (orgId: string) => Promise<string>;
}

/** How long Refresh waits for a sign of life of the device. */
const PROBE_MS = 2000;

export function exchangeRoutes(on: Mount<Caller>, deps: ExchangeDeps): void {
  deviceRoutes(on, deps);
  tokenRoutes(on, deps);
  auditRoutes(on, deps);
  const { db } = deps;
  on(listServices, async ({ caller }) => ({ services: [await serviceOf(db, caller.orgId)] }));
  on(switchService, ({ caller, body }) => turn(deps, caller, body.enabled));
  on(listRegions, async () => ({ regions: await regionStates(deps) }));
  on(listEvents, async ({ caller, query }) => {
    const { events, more } = await eventsOf(db, caller.orgId, query);
    return {
      events: events.map(({ org_id: _, at, alarm, ...event }) => ({
        ...event,
        at: new Date(at).toISOString(),
        alarm: alarm === 1,
      })),
      kinds: Object.keys(EVENT_KINDS),
      more,
    };
  });
}

function deviceRoutes(on: Mount<Caller>, deps: ExchangeDeps): void {
  on(listDevices, async ({ caller, query }) => {
    const devices = (await devicesOf(deps.db, caller.orgId)).map((row) => asShown(deps, row));
    const { search = '', status, type } = query;
    return {
      organisation: await deps.organisationName(caller.orgId),
      region: deps.region,
      devices: devices.filter(
        (device) =>
          (!status || device.status === status) &&
          (!type || device.type === type) &&
          (search.trim() === '' || isMatch(device, search)),
      ),
    };
  });
  on(getDevice, async ({ caller, params }) => {
    await existing(deps, caller.orgId, params.id);
    await deps.link.probe(params.id, PROBE_MS);
    return existing(deps, caller.orgId, params.id);
  });
  on(editDevice, ({ caller, params, body }) => edit(deps, caller, params.id, body));
  on(resolveConflict, ({ caller, params }) => settle(deps, caller, params.id));
  on(deleteDevice, async ({ caller, params }) => {
    await drop(deps, caller, [params.id]);
    return undefined;
  });
  on(deleteDevices, async ({ caller, body }) => {
    const ids = [...new Set(body.ids)];
    await drop(deps, caller, ids);
    return { deleted: ids.length };
  });
}

function tokenRoutes(on: Mount<Caller>, deps: ExchangeDeps): void {
  on(addDevices, ({ caller, body }) => add(deps, caller, body));
  on(renewToken, ({ caller, params, body }) => renew(deps, caller, params.id, body));
  on(revokeToken, ({ caller, params }) => revoke(deps, caller, params.id));
}

function auditRoutes(on: Mount<Caller>, deps: ExchangeDeps): void {
  const { db } = deps;
  on(listAudit, ({ caller, query }) => listLines(db, caller.orgId, query));
  on(auditFacets, ({ caller }) => facets(db, caller.orgId));
  on(verifyAudit, ({ caller }) => verify(db, caller.orgId));
  on(exportAudit, async ({ caller, query: { format, ...filter } }) => {
    const name = auditFileName(format, deps.clock());
    await deps.audit(line(caller, 'audit.exported', name, exportText(filter)));
    const text = auditFile(pages(db, caller.orgId, filter), format);
    return new Response(ReadableStream.from(text).pipeThrough(new TextEncoderStream()), {
      headers: {
        'Content-Type': format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson',
        'Content-Disposition': `attachment; filename="${name}"`,
      },
    });
  });
}

const exportText = (filter: AuditFilter): string => {
  const given = Object.entries(filter).filter(([, value]) => value);
  const parts = given.map(([name, value]) => `${name} ${value}`);
  return `Exported the audit log${parts.length > 0 ? `: ${parts.join(', ')}` : ''}`;
};

async function turn(deps: ExchangeDeps, caller: Caller, enabled: boolean): Promise<CloudService> {
  const now = deps.clock();
  const service = await deps.db.transaction().execute(async (tx) => {
    await setService(tx, caller.orgId, { enabled, by: caller.name }, now);
    const text = `Switched Threat Response ${enabled ? 'on' : 'off'}`;
    await deps.audit(line(caller, 'service.switched', 'Threat Response', text), tx);
    return serviceOf(tx, caller.orgId);
  });
  const organisation = await deps.organisationName(caller.orgId);
  deps.link.tell(caller.orgId, (deviceId) => welcomeFrame(deviceId, organisation, enabled));
  return service;
}

/** What a device is told when it connects, and again when the service is switched. */
export const welcomeFrame = (deviceId: string, organisation: string, serviceEnabled: boolean): HubFrame => ({
  type: 'welcome',
  deviceId,
  organisation,
  serviceEnabled,
});

/** Devices that a module may use, and what to do where there are none. */
export const usableDevices =
  (deps: Pick<Deps, 'db'> & { link: Pick<Link, 'line'> }): UsableDevices =>
  async (orgId) => {
    if (!(await isEnabled(deps.db, orgId))) {
      const reason =
        'Threat Response is switched off for your organisation. Switch it on in the exchange under Cloud Services.';
      return { devices: [], reason };
    }
    const rows = (await devicesOf(deps.db, orgId)).filter((row) => row.registered !== null);
    const devices = rows.map(({ id, name, type, ip }) => ({
      id,
      name,
      type,
      ip,
      online: deps.link.line(id) !== undefined,
    }));
    const none = 'No device is registered. Add a device in the exchange and register it with its token.';
    return { devices, reason: devices.length === 0 ? none : '' };
  };
