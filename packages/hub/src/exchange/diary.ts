/** Turns of a device's connection written down: registry, audit log and events together, many to a commit. */
import type { Deps } from '../deps.ts';
import type { AuditLine } from '../http.ts';
import type { Connection } from './connection.ts';
import type { EventKind, Note } from './event.ts';
import type { Journal } from './journal.ts';
import type { LinkDeps, Turn } from './link.ts';
import { connected, keepSeen, setConflict } from './presence.ts';

export interface DiaryDeps extends Pick<Deps, 'audit' | 'clock'> {
  journal: Journal;
  note: Note;
}

const TEXT: Record<Turn, string> = {
  connected: 'Connected',
  replaced: 'Connected in place of another machine with the same identity',
  conflict: "Two machines keep taking each other's place with the same identity; both are refused",
  disconnected: 'Disconnected',
};
/** Milliseconds from which a clock is wrong. */
const SKEW_MS = 5 * 60_000;

export function diary(deps: DiaryDeps): Pick<LinkDeps, 'connected' | 'keepSeen' | 'note'> {
  const { journal, clock } = deps;
  return {
    connected: (id, hello, peer) => journal.write((tx) => connected(tx, id, { ...hello, peer }, clock())),
    keepSeen: (all) => journal.write((tx) => keepSeen(tx, all)),
    note: (one, turn) =>
      journal.write(async (tx) => {
        if (turn === 'disconnected') await keepSeen(tx, [one]);
        if (turn === 'conflict') await setConflict(tx, one.deviceId, clock());
        await deps.audit(auditLine(one, turn), tx);
        await deps.note(happening(one, `device.${turn}`, TEXT[turn]), tx);
        const skew = skewText(one);
        if (skew !== '' && turn === 'connected') await deps.note(happening(one, 'device.skew', skew), tx);
      }),
  };
}

const happening = (one: Connection, kind: EventKind, text: string) => ({
  org: one.orgId,
  device: one.deviceId,
  name: one.device.name,
  kind,
  text,
  peer: one.peer,
});

function auditLine(one: Connection, turn: Turn): AuditLine {
  const { name } = one.device;
  const { facts, boot } = one.hello ?? {};
  const said = facts ? ` (version ${facts.version}, start ${boot?.slice(0, 8)})` : '';
  const text = `${TEXT[turn]}${said}`;
  return { orgId: one.orgId, actor: name, action: `device.${turn}`, object: name, text, peer: one.peer };
}

function skewText(one: Connection): string {
  const ms = one.hello?.skewMs ?? 0;
  if (Math.abs(ms) <= SKEW_MS) return '';
  const minutes = Math.round(Math.abs(ms) / 60_000);
  return `The clock of the appliance is ${minutes} minutes ${ms > 0 ? 'ahead of' : 'behind'} this exchange. Set it right.`;
}
