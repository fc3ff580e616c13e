/** The message behind a MID: who, from where, with what, what the engines said, what became of each recipient. */
import { type Details, messageDetails, type TrackRow } from '@sightline/api';
import type { Observable, ObservableType } from '@sightline/ctim';
import type { ReactNode } from 'react';
import { Status } from '../console/parts.tsx';
import { bytes, gap, isUnderWay, stateTone } from '../console/tracking/step.ts';
import { useCall } from '../kit/call.ts';
import { Inert } from '../kit/inert.tsx';
import { EmptyState, Loaded } from '../kit/states.tsx';
import { ObservableTag } from '../kit/tag.tsx';
import { Time } from '../kit/when.tsx';
import { RespondMenu } from '../respond/items.tsx';
import { Content } from './content.tsx';
import type { Dossier } from './dossier.ts';
import css from './inspector.module.css';
import own from './message.module.css';

/** Appliances whose messages have this MID, as instance and name of their modules. */
export function sourcesOf({ sightings }: Pick<Dossier, 'sightings'>): [id: string, name: string][] {
  const all = sightings
    .filter(({ sighting }) => sighting.sensor === 'process.email-service')
    .map(({ id, module }) => [id.slice(0, id.indexOf('/')), module] as const);
  return [...new Map(all)];
}

export function MessageCards({ data }: { data: Dossier }): ReactNode {
  const sources = sourcesOf(data);
  if (sources.length === 0)
    return (
      <EmptyState title="No message to show">
        No appliance that can be asked reported this message. Its sightings say what is known.
      </EmptyState>
    );
  return sources.map(([id, name]) => (
    <MessageCard key={id} module={id} name={name} mid={Number(data.observable.value)} />
  ));
}

export function MessageCard({ module, name, mid }: { module: string; name: string; mid: number }): ReactNode {
  const details = useCall(messageDetails, { params: { id: module, mid } });
  return (
    <section aria-label={`Message ${mid} of ${name}`} className={own.card}>
      <h3>
        MID {mid} <span className="muted">{name}</span>
      </h3>
      <RespondMenu observables={[{ type: 'cisco_mid', value: String(mid) }]} module={module} />
      <Loaded of={details}>{(found) => <Found details={found} />}</Loaded>
      {details.data && <Content module={module} mid={mid} />}
    </section>
  );
}

function Found({ details: { row, steps } }: { details: Details }): ReactNode {
  return (
    <>
      <div className={own.two}>
        <Summary row={row} />
        <div>
          <Recipients row={row} />
          <Contents row={row} />
        </div>
      </div>
      <details className={own.steps}>
        <summary>{steps.length} processing steps</summary>
        <ol>
          {steps.map((step, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: steps are only ever appended
            <li key={i}>
              <Time at={step.at} only="absolute" />{' '}
              <span className="muted">{gap(steps[i - 1]?.at, step.at)}</span>
              <br />
              <Inert text={step.text} />
            </li>
          ))}
        </ol>
      </details>
    </>
  );
}

const tag = (type: ObservableType, value: string): ReactNode =>
  value === '' ? (
    <span className="muted">none</span>
  ) : (
    <ObservableTag observable={{ type, value }} limit={44} />
  );

const tags = (type: ObservableType, values: string[]): ReactNode =>
  values.length === 0 ? (
    <span className="muted">none</span>
  ) : (
    values.map((v) => <span key={v}>{tag(type, v)} </span>)
  );

function Summary({ row }: { row: TrackRow }): ReactNode {
  const facts: [string, ReactNode][] = [
    ['Received', <Time key="t" at={row.received} only="absolute" />],
    [
      'State',
      <span key="s">
        <Status tone={stateTone(row.state)}>{row.state}</Status>
        {isUnderWay(row.state) && <span className="muted"> under way</span>}
      </span>,
    ],
    ['Subject', tag('email_subject', row.subject)],
    ['Envelope from', tag('email', row.sender)],
    ['Header from', mismatch(row)],
    ['Reply-To', tags('email', row.replyTo)],
    ['Message ID', tag('email_messageid', row.messageId)],
    ['Came from', host(row)],
    [
      'Connection',
      [row.helo && `HELO ${row.helo}`, row.tls || 'no TLS', row.senderGroup].filter(Boolean).join(' · '),
    ],
    ['Numbers', numbers(row)],
    ['Authentication', <AuthenticationLine key="a" row={row} />],
    ['Engines', <Verdicts key="v" row={row} />],
    ['Policies', row.policies?.join(', ') || <span className="muted">none noted</span>],
    ['Size', bytes(row.size)],
  ];
  return (
    <dl className={css.facts}>
      {facts.map(([name, value]) => (
        <Fact key={name} name={name}>
          {value}
        </Fact>
      ))}
    </dl>
  );
}

/** Of the connections in and out, as tracking has them. */
const numbers = ({ icid, dcids }: TrackRow): string =>
  [`ICID ${icid}`, ...dcids.map((dcid) => `DCID ${dcid}`)].join(' · ');

const Fact = ({ name, children }: { name: string; children: ReactNode }): ReactNode => (
  <>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </>
);

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1).toLowerCase();

/** Who the message says it is from; a domain other than the envelope's is worth a word. */
function mismatch(row: TrackRow): ReactNode {
  const other = row.sender !== '' && row.headerFrom.some((a) => domainOf(a) !== domainOf(row.sender));
  return (
    <>
      {tags('email', row.headerFrom)}
      {other && <span className={own.note}>not the envelope's domain</span>}
    </>
  );
}

const host = ({ ip, reverseDns }: TrackRow): ReactNode => {
  const observable: Observable = { type: ip.includes(':') ? 'ipv6' : 'ip', value: ip };
  return (
    <>
      {tag(observable.type, ip)}{' '}
      <span className="muted">{reverseDns ? <Inert text={reverseDns} /> : 'no name'}</span>
    </>
  );
};

function AuthenticationLine({ row: { authentication: a } }: { row: TrackRow }): ReactNode {
  if (!a) return <span className="muted">not checked</span>;
  const dkim = a.dkim.length > 0 ? a.dkim.map((d) => `${d.result} (${d.domain})`).join(', ') : 'none';
  const parts: [string, string][] = [
    ['SPF', a.spf.result],
    ['DKIM', dkim],
    ['DMARC', a.dmarc.result],
    ['ARC', a.arc.result],
  ];
  return parts.map(([name, result]) => (
    <span key={name} className={own.auth} data-result={result.split(' ')[0]}>
      {name} <Inert text={result} />
    </span>
  ));
}

function Verdicts({ row: { verdicts } }: { row: TrackRow }): ReactNode {
  if (verdicts.length === 0) return <span className="muted">none asked</span>;
  return verdicts.map((v) => (
    <span key={v.engine} className={own.auth} data-result={v.verdict}>
      <Inert text={v.engine} /> {v.verdict}
      {v.names.length > 0 && <Inert text={` (${v.names.join(', ')})`} />}
    </span>
  ));
}

function Recipients({ row: { recipients } }: { row: TrackRow }): ReactNode {
  return (
    <>
      <h4>Recipients ({recipients.length})</h4>
      <ul className={own.rows}>
        {recipients.map((r) => (
          <li key={r.rid}>
            {tag('email', r.address)} <Status tone={stateTone(r.state)}>{r.state}</Status>{' '}
            {r.text !== '' && (
              <span className="muted">
                <Inert text={r.text} />
              </span>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

function Contents({ row: { attachments, urls } }: { row: TrackRow }): ReactNode {
  return (
    <>
      <h4>Attachments ({attachments.length})</h4>
      <ul className={own.rows}>
        {attachments.map((a, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same file can be there twice
          <li key={i}>
            {tag('file_name', a.name)} <span className="muted">{bytes(a.size)}</span>{' '}
            {a.sha256 !== '' && tag('sha256', a.sha256)}
          </li>
        ))}
      </ul>
      <h4>Links ({urls.length})</h4>
      <ul className={own.rows}>
        {urls.map((url) => (
          <li key={url}>{tag('url', url)}</li>
        ))}
      </ul>
    </>
  );
}
