/** Network > Certificates: what listeners show in the handshake. */
import { allListeners, Certificate, type CertificateFacts, HIDDEN, listCertificates } from '@sightline/api';
import { type ReactNode, useState } from 'react';
import { useCall } from '../../kit/call.ts';
import { Inert } from '../../kit/inert.tsx';
import { Block, Status } from '../parts.tsx';
import { CERTIFICATES } from '../places.ts';
import { putCertificate } from './change.ts';
import { Lines, Text } from './fields.tsx';
import { type Editing, EntryForm, type FieldsProps, Frame } from './frame.tsx';
import css from './receive.module.css';
import { AddButton, Rows } from './rows.tsx';
import { CERTIFICATE } from './specs.ts';

export function CertificatesPage(): ReactNode {
  return (
    <Frame
      title="Certificates"
      lead="Certificates with their keys for the listeners. Without one, a listener shows a self-signed certificate that the appliance made."
      place={CERTIFICATES}
    >
      {(editing) => <Certificates {...editing} />}
    </Frame>
  );
}

function Certificates(editing: Editing): ReactNode {
  const { config, submit } = editing;
  const all = config.certificates;
  const facts = useCall(listCertificates, undefined, { enabled: all.length > 0 });
  const [open, setOpen] = useState<number | null>(null);
  if (open !== null)
    return (
      <EntryForm
        title={all[open]?.name ?? 'Add Certificate'}
        spec={CERTIFICATE}
        schema={Certificate}
        entry={all[open] ?? { name: '', certificate: '', privateKey: '' }}
        at={`certificates.${open}`}
        editing={editing}
        onSubmit={(entry) => submit(putCertificate(config, open, entry), () => setOpen(null))}
        onClose={() => setOpen(null)}
      >
        {(fields) => <CertificateFields {...fields} />}
      </EntryForm>
    );
  const rows = all.map((one, i) => {
    const users = allListeners(config).filter(({ certificate }) => certificate === one.name);
    const known = facts.data?.certificates.find(({ name }) => name === one.name);
    return {
      name: one.name,
      cells: cells(
        one.name,
        known,
        users.map(({ name }) => name),
      ),
      onEdit: () => setOpen(i),
      ...(users.length > 0
        ? { kept: `In use by ${users.map(({ name }) => name).join(', ')}.` }
        : { onRemove: () => submit({ certificates: all.toSpliced(i, 1) }) }),
    };
  });
  return (
    <Block
      title="Certificates"
      actions={<AddButton onClick={() => setOpen(all.length)}>Add Certificate</AddButton>}
    >
      <Rows
        label="Certificates"
        head={['Name', 'Issued for', 'Issued by', 'Valid until', 'Listeners']}
        rows={rows}
        last={
          all.length > 0
            ? []
            : [{ name: 'none', cells: ['None yet: listeners use the self-signed one.', '', '', '', ''] }]
        }
      />
    </Block>
  );
}

const SOON_MS = 30 * 86_400_000;

function cells(name: string, facts: CertificateFacts | undefined, users: string[]): ReactNode[] {
  const left = facts ? Date.parse(facts.until) - Date.now() : 0;
  return [
    <span key="name" className={css.name}>
      {name}
    </span>,
    facts && <Inert key="names" text={facts.names.join(', ') || facts.subject} />,
    facts && <Inert key="issuer" text={facts.issuer} />,
    facts && (
      <Status key="until" tone={left < 0 ? 'bad' : left < SOON_MS ? 'warn' : 'good'}>
        {facts.until.slice(0, 10)}
      </Status>
    ),
    users.join(', '),
  ];
}

function CertificateFields(props: FieldsProps): ReactNode {
  const kept = props.draft.privateKey === HIDDEN;
  return (
    <div className={css.fields}>
      <Text {...props} field="name" label="Name" />
      <div className={css.wide}>
        <Lines
          {...props}
          rows={6}
          field="certificate"
          label="Certificate (PEM)"
          description="The listener's own first, then those up to the authority."
          placeholder="-----BEGIN CERTIFICATE-----"
        />
      </div>
      <div className={css.wide}>
        <Lines
          {...props}
          rows={3}
          field="privateKey"
          label="Private key (PEM)"
          description={
            kept ? 'Kept. It is never shown again; paste another one to replace it.' : 'Without a password.'
          }
          placeholder="-----BEGIN PRIVATE KEY-----"
        />
      </div>
    </div>
  );
}
