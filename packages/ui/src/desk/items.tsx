/** What an analyst can do with an observable, as items of its menu: casebooks, judgement, links to elsewhere. */
import { Menu } from '@mantine/core';
import { INTEL, refer } from '@sightline/api';
import type { Observable } from '@sightline/ctim';
import { IconBriefcase, IconExternalLink, IconFolderPlus, IconGavel } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useCall } from '../kit/call.ts';
import { Inert } from '../kit/inert.tsx';
import { useMay } from '../kit/may.tsx';
import { count } from '../kit/text.ts';
import { holding, useCollect } from './cases.ts';
import { useCurrent } from './current.ts';
import css from './desk.module.css';
import { useDesk } from './provider.tsx';

interface Props {
  observable: Observable;
}

export function DeskItems({ observable }: Props): ReactNode {
  const desk = useDesk();
  const mayWrite = useMay('intel:write');
  const mayRead = useMay('intel:read');
  const mayAsk = useMay('investigate');
  return (
    <>
      {mayWrite && (
        <>
          <Menu.Divider />
          <IntoCurrent observable={observable} />
          <Menu.Item leftSection={<IconFolderPlus size={14} />} onClick={() => desk.collect([observable])}>
            Add to casebook…
          </Menu.Item>
          <Menu.Item leftSection={<IconGavel size={14} />} onClick={() => desk.judge(observable)}>
            Judge…
          </Menu.Item>
        </>
      )}
      {mayRead && <SeenIn observable={observable} />}
      {mayAsk && <Elsewhere observable={observable} />}
    </>
  );
}

/** One click into the casebook of the dock. */
function IntoCurrent({ observable }: Props): ReactNode {
  const id = useCurrent();
  const found = useCall(INTEL.casebook.read, { params: { id }, query: {} }, { enabled: id !== '' });
  const collect = useCollect();
  const title = found.data?.title;
  if (id === '' || title === undefined) return null;
  return (
    <Menu.Item
      leftSection={<IconBriefcase size={14} />}
      onClick={() => void collect(id, title, [observable])}
    >
      Add to <Inert text={title} />
    </Menu.Item>
  );
}

function SeenIn({ observable }: Props): ReactNode {
  const navigate = useNavigate();
  const query = holding(observable);
  const found = useCall(INTEL.casebook.count, { query: { query } });
  const n = found.data ?? 0;
  return (
    <Menu.Item
      leftSection={<IconBriefcase size={14} />}
      disabled={n === 0}
      onClick={() => void navigate({ to: '/casebooks', search: { q: query } as never })}
    >
      {found.isPending ? 'Looking in casebooks…' : n === 0 ? 'In no casebook' : `Seen in ${count(n, 'case')}`}
    </Menu.Item>
  );
}

const isWeb = (url: string): boolean => /^https?:\/\//i.test(url);

function Elsewhere({ observable: { type, value } }: Props): ReactNode {
  const { leave } = useDesk();
  const { data } = useCall(refer, { query: {}, body: [{ type, value }] });
  const links = (data?.data ?? []).filter(({ url }) => isWeb(url));
  if (links.length === 0) return null;
  return (
    <>
      <Menu.Divider />
      <Menu.Label>Look it up elsewhere</Menu.Label>
      {links.map((link) => (
        <Menu.Item
          key={`${link.module_instance_id}/${link.id}`}
          leftSection={<IconExternalLink size={14} />}
          title={link.description}
          onClick={() => leave(link)}
        >
          <Inert text={link.title} />
          <span className={css.module}>
            <Inert text={link.module} />
          </span>
        </Menu.Item>
      ))}
    </>
  );
}
