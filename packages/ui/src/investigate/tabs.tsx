/** Bodies of the inspector's tabs. */
import { type Disposition, isoTime, type Sighting } from '@sightline/ctim';
import type { ReactNode } from 'react';
import { CopyButton } from '../kit/copy.tsx';
import { DispositionBadge } from '../kit/icons.tsx';
import { Inert } from '../kit/inert.tsx';
import { typeName } from '../kit/observable.ts';
import { EmptyState } from '../kit/states.tsx';
import { ObservableTag } from '../kit/tag.tsx';
import { Time } from '../kit/when.tsx';
import type { Dossier, Relation } from './dossier.ts';
import css from './inspector.module.css';
import { SeverityBars } from './severity.tsx';

const SHOWN = 100;

export function Overview({ data, onOpen }: { data: Dossier; onOpen: (key: string) => void }): ReactNode {
  const { observable, sightings, first, last, relations, verdicts } = data;
  const modules = [...new Set(sightings.map((s) => s.module))];
  const resolutions = tally(sightings.map((s) => s.sighting.resolution ?? 'unknown'));
  return (
    <>
      <dl className={css.facts}>
        <dt>Type</dt>
        <dd>
          {typeName(observable.type)} <span className="mono muted">{observable.type}</span>
        </dd>
        <dt>First seen</dt>
        <dd>{first === undefined ? 'not seen' : <Time at={first} />}</dd>
        <dt>Last seen</dt>
        <dd>{last === undefined ? 'not seen' : <Time at={last} />}</dd>
        <dt>Seen by</dt>
        <dd>{modules.join(', ') || 'no module'}</dd>
        {resolutions !== '' && (
          <>
            <dt>Resolution</dt>
            <dd>{resolutions}</dd>
          </>
        )}
        <dt>Verdicts</dt>
        <dd>{verdicts.length === 0 ? 'no module has one' : verdictWords(data)}</dd>
      </dl>
      <RelationList list={relations} onOpen={onOpen} limit={6} />
    </>
  );
}

/** `allowed 38, blocked 2` */
function tally(words: string[]): string {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].map(([word, n]) => `${word} ${n}`).join(', ');
}

const verdictWords = ({ verdicts }: Dossier): string =>
  verdicts.map(({ module, item }) => `${module}: ${item.disposition_name ?? item.disposition}`).join(', ');

const None = ({ what, children }: { what: string; children: ReactNode }): ReactNode => (
  <EmptyState title={`No ${what}`}>{children}</EmptyState>
);

export function Verdicts({ list }: { list: Dossier['verdicts'] }): ReactNode {
  if (list.length === 0)
    return (
      <None what="verdicts">No module that was asked keeps reputations, or none knows this observable.</None>
    );
  return (
    <ul className={css.items}>
      {list.map(({ module, item }, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: verdicts have no id
        <li key={i}>
          <div className={css.line}>
            <DispositionBadge standing={item.disposition} />
            <span>{module}</span>
          </div>
          <Validity start={item.valid_time.start_time} end={item.valid_time.end_time} />
        </li>
      ))}
    </ul>
  );
}

function Validity({ start, end }: { start: string | undefined; end: string | undefined }): ReactNode {
  return (
    <div className="muted">
      valid {start ? <Time at={start} only="absolute" /> : 'always'} to{' '}
      {end ? <Time at={end} only="absolute" /> : 'further notice'}
    </div>
  );
}

export function Judgements({ list }: { list: Dossier['judgements'] }): ReactNode {
  if (list.length === 0)
    return (
      <None what="judgements">A judgement is what one source thinks of an observable, with its reason.</None>
    );
  return (
    <ul className={css.items}>
      {list.map(({ module, item }) => (
        <li key={item.id}>
          <div className={css.line}>
            <DispositionBadge standing={item.disposition as Disposition} />
            <span>{module}</span>
            <span className="muted">{item.source}</span>
          </div>
          {item.reason && <Inert text={item.reason} />}
          <div className={`${css.line} muted`}>
            <span>priority {item.priority}</span>
            <span>confidence {item.confidence}</span>
            <SeverityBars severity={item.severity} />
            {item.tlp && <span>TLP {item.tlp}</span>}
          </div>
          <Validity start={item.valid_time.start_time} end={item.valid_time.end_time} />
        </li>
      ))}
    </ul>
  );
}

export function SightingList({ list }: { list: Dossier['sightings'] }): ReactNode {
  if (list.length === 0)
    return <None what="sightings">No module has seen it in the time that was asked about.</None>;
  return (
    <ul className={css.items}>
      {list.slice(0, SHOWN).map(({ id, module, at, sighting }) => (
        <li key={id}>
          <div className={css.line}>
            <Time at={at} />
            <span className="muted">{module}</span>
          </div>
          <Inert text={sighting.description ?? sighting.short_description ?? sighting.title ?? ''} />
          <Inert text={rowWords(sighting)} />
          <div className={`${css.line} muted`}>
            {sighting.resolution && <span>{sighting.resolution}</span>}
            <span>confidence {sighting.confidence}</span>
            {sighting.severity && <SeverityBars severity={sighting.severity} />}
          </div>
        </li>
      ))}
      {list.length > SHOWN && (
        <li className="muted">and {list.length - SHOWN} more in the table of sightings</li>
      )}
    </ul>
  );
}

/** The first row of the sighting's own table: `Direction: incoming · Last state: Delivered`. */
function rowWords({ data }: Sighting): string {
  const [cells] = data?.rows ?? [];
  const words = (data?.columns ?? []).map(({ name }, i) => [name, cells?.[i]] as const);
  return words
    .filter(([, cell]) => cell !== undefined && cell !== null && cell !== '')
    .map(([name, cell]) => `${name}: ${String(cell)}`)
    .join(' · ');
}

export function Indicators({ list }: { list: Dossier['indicators'] }): ReactNode {
  if (list.length === 0)
    return (
      <None what="indicators">An indicator is a pattern of attack that a source ties to what was seen.</None>
    );
  return (
    <ul className={css.items}>
      {list.map(({ module, item }) => (
        <li key={item.id}>
          <div className={css.line}>
            <b>
              <Inert text={item.title ?? item.id} />
            </b>
            <span className="muted">{module}</span>
          </div>
          {item.description && <Inert text={item.description} />}
          <div className={`${css.line} muted`}>
            {item.indicator_type?.join(', ')}
            {item.tags?.map((tag) => (
              <span key={tag}>{tag}</span>
            ))}
          </div>
        </li>
      ))}
    </ul>
  );
}

interface RelationProps {
  list: Relation[];
  onOpen: (key: string) => void;
  /** Of each kind of relation. */
  limit?: number;
}

export function RelationList({ list, onOpen, limit = SHOWN }: RelationProps): ReactNode {
  if (list.length === 0) return <None what="relations">No module has tied it to anything else.</None>;
  return (
    <div style={{ paddingBottom: 12 }}>
      <div className={css.heading}>Related to</div>
      {byVerb(list).map(([words, relations]) => (
        <div key={words} className={css.related}>
          <span className={css.verb}>
            {words}
            {relations.length > 1 && <span className="mono"> {relations.length}</span>}
          </span>
          <span className={css.others}>
            {relations.slice(0, limit).map(({ other }) => (
              <ObservableTag
                key={other.id}
                observable={other.observable}
                limit={30}
                onOpen={() => onOpen(other.id)}
                {...(other.standing === 'none' ? {} : { standing: other.standing })}
              />
            ))}
            {relations.length > limit && <span className="muted">and {relations.length - limit} more</span>}
          </span>
        </div>
      ))}
    </div>
  );
}

/** `Sent To →` with all that it was sent to, smallest first, so that no kind is far down. */
function byVerb(list: Relation[]): [words: string, relations: Relation[]][] {
  const groups = new Map<string, Relation[]>();
  for (const relation of list) {
    const words = relation.verbs.join(', ');
    const key = relation.way === 'out' ? `${words} →` : `← ${words}`;
    groups.set(key, [...(groups.get(key) ?? []), relation]);
  }
  return [...groups].sort((a, b) => a[1].length - b[1].length);
}

export function Raw({ data }: { data: Dossier }): ReactNode {
  const { observable, sightings, verdicts, judgements, indicators } = data;
  const items = <T,>(list: { item: T }[]): T[] => list.map((said) => said.item);
  const shown = sightings.slice(0, SHOWN);
  const text = JSON.stringify(
    {
      observable,
      taken: isoTime(Date.now()),
      sightings: shown.map((s) => s.sighting),
      verdicts: items(verdicts),
      judgements: items(judgements),
      indicators: items(indicators),
    },
    null,
    2,
  );
  return (
    <>
      <div className={css.related} style={{ paddingTop: 10 }}>
        <CopyButton label="Copy JSON" text={text} />
        {sightings.length > shown.length && (
          <span className="muted">
            first {shown.length} of {sightings.length} sightings
          </span>
        )}
      </div>
      <pre className={css.raw}>{text}</pre>
    </>
  );
}
