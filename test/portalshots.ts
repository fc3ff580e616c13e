/** The portal's pages, and what they are filled with beside the sample mail. */
import {
  APPLIANCE_TYPES,
  addApiClient,
  addUser,
  type Call,
  INTEL,
  type InvestigationLine,
  listModules,
  saveSnapshot,
  takeAction,
} from '@sightline/api';
import { CAMPAIGN } from '@sightline/demo/mail/write';
import { enter, look } from '@sightline/demo/steps';
import type { Page } from 'playwright-core';
import { LOGIN, type System } from './system.ts';

export interface Shot {
  name: string;
  at: 'hub' | 'console';
  /** `{casebook}` and the like stand for what was made; see `Made`. */
  path: string;
  /** What to wait for, or to do, before the picture. */
  ready?: (page: Page) => Promise<void>;
  /** All of the page, not only what fits the window. */
  whole?: boolean;
}

/** What only exists once the portal is furnished: the ends of addresses. */
export type Made = Record<'casebook' | 'incident' | 'module' | 'snapshot', string>;

export const addressOf = ({ path }: Shot, made: Made): string =>
  path.replace(/\{(\w+)\}/g, (_, name: keyof Made) => made[name]);

const QUERY = encodeURIComponent(`email_subject:"${CAMPAIGN.subject}"`);

/** Everything has answered, and the graph stands. */
export async function answered(page: Page): Promise<void> {
  await page.getByRole('region', { name: 'Metrics' }).waitFor();
  await page.getByRole('application').locator('canvas').first().waitFor();
}

async function compared(page: Page): Promise<void> {
  const boxes = page.getByRole('table', { name: 'Snapshots' }).getByRole('checkbox');
  await boxes.nth(0).check();
  await boxes.nth(1).check();
}

const at = (name: string, path = `/${name}`, more: Partial<Shot> = {}): Shot => ({
  name,
  at: 'hub',
  path,
  ...more,
});

export const PORTAL_SHOTS: Shot[] = [
  at('dashboard'),
  at('mail'),
  at('investigate-empty', '/investigate'),
  at('investigate', `/investigate?q=${QUERY}`, { ready: answered }),
  at('snapshots'),
  at('snapshots-compared', '/snapshots', { ready: compared, whole: true }),
  at('snapshot', '/investigate?snapshot={snapshot}', { ready: answered }),
  at('intelligence'),
  at('casebooks'),
  at('casebook', '/casebooks/{casebook}'),
  at('incidents'),
  at('incident', '/incidents/{incident}', { whole: true }),
  at('actions-taken', '/responses'),
  at('modules'),
  at('module-new', '/modules/new'),
  at('module', '/modules/{module}'),
  at('message-card', '/modules/{module}/messages/300', { whole: true }),
  at('devices'),
  at('cloud-services'),
  at('events'),
  at('regions'),
  at('api-clients', '/clients'),
  at('audit'),
  at('portal-users', '/users'),
  at('sessions'),
  at('organisation'),
  at('portal-account', '/account'),
  at('api-reference', '/docs'),
];

/** A text for a field; the field's name is only a hint. */
export type Words = (field: string, usual: string) => string;
const plain: Words = (_, usual) => usual;

/** Something on every page: judgements, a casebook, an incident, two snapshots, a client, a second user. */
export async function furnishPortal({ world }: System, words: Words = plain): Promise<Made> {
  const portal = await enter(world.hubs.AMERICAS.url, LOGIN, undefined, '');
  const { call } = portal;
  const { modules } = await call(listModules);
  await call(addApiClient, {
    body: {
      name: words('client', 'Ticket system'),
      description: words('description', 'Asks about every reported mail'),
      scopes: ['enrich:read', 'inspect:read'],
    } as never,
  });
  await call(addUser, { body: { name: 'bert', role: 'analyst' } });
  await refused(call, modules.find(isAppliance)?.id, words);
  const found = await look(portal, `email_subject:"${CAMPAIGN.subject}"`, { step() {}, count() {} });
  await keep(call, words('snapshot', 'Invoice wave, first look'), found.slice(0, 1));
  const snapshot = await keep(call, words('snapshot', 'Invoice wave, all of it'), found);
  return { ...(await intelligence(call, words)), module: modules[0]?.id ?? '', snapshot };
}

const isAppliance = ({ module_type_id }: { module_type_id: string }): boolean =>
  module_type_id === APPLIANCE_TYPES.emailSecurity;

/** The list of actions has one that the appliance did not take: its administrator has not allowed it. */
async function refused(call: Call, module: string | undefined, words: Words): Promise<void> {
  if (!module) return;
  const query = {
    observable_type: 'email',
    observable_value: CAMPAIGN.sender,
    reason: words('reason', 'Invoice wave'),
    source: words('source', 'Invoice wave of this morning'),
  };
  await call(takeAction, { body: { key: crypto.randomUUID(), module, action: 'email-block-sender', query } });
}

async function intelligence(call: Call, words: Words): Promise<Pick<Made, 'casebook' | 'incident'>> {
  const usual = { tlp: 'amber' };
  const make = async (kind: keyof typeof INTEL, body: object): Promise<string> => {
    const made = await call(INTEL[kind].create as unknown as typeof INTEL.note.create, {
      query: {},
      body: { ...usual, ...body } as never,
    });
    return made.id.slice(made.id.lastIndexOf('/') + 1);
  };
  const observables = [
    { type: 'email_subject', value: words('observable', CAMPAIGN.subject) },
    { type: 'url', value: CAMPAIGN.url },
    { type: 'file_name', value: words('file name', CAMPAIGN.file) },
  ];
  for (const observable of observables)
    await make('judgement', {
      observable,
      disposition_name: 'Malicious',
      priority: 95,
      confidence: 'High',
      severity: 'High',
      source: words('source', 'admin'),
      reason: words('reason', 'Sent to forty people within the hour'),
    });
  await make('indicator', {
    title: words('title', 'Overdue invoices'),
    description: words('description', 'Web pages named like a PDF'),
    producer: words('producer', 'Example Trading'),
    severity: 'High',
  });
  const casebook = await make('casebook', {
    title: words('title', 'Invoice wave of this morning'),
    description: words('description', 'Everything that belongs to the forty mails'),
    observables,
    texts: [{ type: 'note', text: words('note', 'Finance was asked: nobody paid.') }],
  });
  const incident = await make('incident', {
    title: words('title', 'Forty people were phished'),
    description: words('description', 'Twelve opened the page. Passwords were reset.'),
    status: 'Open: Contained',
    severity: 'High',
    confidence: 'High',
    promotion_method: 'Manual',
    incident_time: { opened: new Date().toISOString() },
  });
  return { casebook, incident };
}

/** What the lines of an investigation say, as a snapshot. */
async function keep(call: Call, name: string, lines: InvestigationLine[]): Promise<string> {
  const start = lines.find((line) => line.type === 'start');
  const modules = lines.flatMap((line) =>
    line.type === 'module'
      ? [{ ref: line.module, state: line.state, ms: line.ms, data: line.data, errors: line.errors }]
      : [],
  );
  const none = { picked: [], how: 'hide' as const };
  const { id } = await call(saveSnapshot, {
    body: {
      name,
      description: '',
      shared: true,
      run: { started: Date.now(), ms: 5, observables: start?.observables ?? [], expanded: [], modules },
      view: { grouping: null, loose: [], types: none, verbs: none, away: [], folded: [], positions: {} },
    },
  });
  return id;
}
