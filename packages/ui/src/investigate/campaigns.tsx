/** Region "Campaigns": messages that belong together as one row each. */
import { Button } from '@mantine/core';
import type { Observable } from '@sightline/ctim';
import type { ReactNode } from 'react';
import { ObservableTag } from '../kit/tag.tsx';
import { count, visible } from '../kit/text.ts';
import { Time } from '../kit/when.tsx';
import { RespondMenu } from '../respond/items.tsx';
import { type Campaign, observableOf, type Trait } from './campaign.ts';
import css from './campaigns.module.css';
import panel from './page.module.css';

interface CampaignsProps {
  list: Campaign[];
  /** Id of the campaign that the page is narrowed to. */
  active: string | undefined;
  /** Narrows the page to a campaign; undefined: to none. */
  onPick: (campaign: Campaign | undefined) => void;
}

export function Campaigns({ list, active, onPick }: CampaignsProps): ReactNode {
  if (list.length === 0) return null;
  return (
    <section className={panel.panel} aria-label="Campaigns" id="campaigns" tabIndex={-1}>
      <div className={panel.panelHead}>
        <h2>Campaigns</h2>
        <span className={panel.count}>{count(list.length, 'group')} of messages that share a trait</span>
      </div>
      <ul className={css.list}>
        {list.slice(0, 20).map((campaign) => (
          <li key={campaign.id} className={css.row} data-active={campaign.id === active || undefined}>
            <One campaign={campaign} />
            <div className={css.tools}>
              <RespondMenu observables={shared(campaign)} />
              <Button
                size="compact-xs"
                variant="default"
                aria-pressed={campaign.id === active}
                onClick={() => onPick(campaign.id === active ? undefined : campaign)}
              >
                {campaign.id === active ? 'Show everything' : 'Show only this'}
              </Button>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

function One({ campaign }: { campaign: Campaign }): ReactNode {
  return (
    <div className={css.text}>
      <strong>
        <bdi>{visible(campaign.subject) || '(no subject)'}</bdi>
      </strong>
      <span className="muted">
        {told(campaign)} · <Time at={campaign.first} only="relative" />
      </span>
      <span className={css.traits}>
        {campaign.traits.map((trait) => (
          <span key={trait.kind + trait.value} className={css.trait}>
            {NAMES[trait.kind]} <ObservableTag observable={observableOf(trait)} limit={44} />
            {trait.messages < campaign.sightings.length && ` (${trait.messages})`}
          </span>
        ))}
      </span>
    </div>
  );
}

const NAMES: Record<Trait['kind'], string> = {
  subject: 'subject',
  sender: 'from',
  file: 'file',
  host: 'link to',
};

const ORDER: readonly Trait['kind'][] = ['sender', 'subject', 'host', 'file'];

/** What all of them have in common: what is done about it meets the whole campaign, and what will still come of it. */
const shared = ({ traits, sightings }: Campaign): Observable[] =>
  traits
    .filter(({ messages }) => messages === sightings.length)
    .sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind))
    .map(observableOf);

/** `87 messages, 61 recipients, 12 delivered` */
export const told = ({ sightings, recipients, states }: Campaign): string =>
  [
    count(sightings.length, 'message'),
    count(recipients, 'recipient'),
    ...states.map(([state, n]) => `${n} ${state}`),
  ].join(', ');
