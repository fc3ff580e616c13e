/** Add Devices and Generate Tokens: how many and for how long, then the tokens, shown this once. */
import { Button, Modal, NativeSelect, TextInput } from '@mantine/core';
import { addDevices, listDevices } from '@sightline/api';
import { IconAlertTriangle, IconDownload } from '@tabler/icons-react';
import { type FormEvent, type ReactNode, useState } from 'react';
import { fieldProblem, useAct } from '../kit/call.ts';
import { CopyButton } from '../kit/copy.tsx';
import { Problem } from '../kit/problem.tsx';
import { saveFile } from '../kit/save.ts';
import { SubmitRow } from '../kit/submit.tsx';
import { Time } from '../kit/when.tsx';
import css from './devices.module.css';
import { clipboardText, EXPIRIES, fileName, fileText, type Minted, readCount } from './tokens.ts';

interface AddProps {
  region: string;
  onClose: () => void;
}

export function AddDevices({ region, onClose }: AddProps): ReactNode {
  const [minted, setMinted] = useState<Minted>();
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      closeOnClickOutside={!minted}
      title="Add Devices and Generate Tokens"
    >
      {minted ? (
        <TokenList minted={minted} region={region} onClose={onClose} />
      ) : (
        <Ask onMinted={setMinted} onClose={onClose} />
      )}
    </Modal>
  );
}

function Ask({ onMinted, onClose }: { onMinted: (minted: Minted) => void; onClose: () => void }): ReactNode {
  const [text, setText] = useState('1');
  const [hours, setHours] = useState(EXPIRIES[0]?.value ?? '1');
  const [pattern, setPattern] = useState('');
  const [problem, setProblem] = useState<string>();
  const mint = useAct(addDevices, { refresh: [listDevices], onDone: onMinted });
  const send = (event: FormEvent): void => {
    event.preventDefault();
    const result = readCount(text);
    setProblem('problem' in result ? result.problem : undefined);
    if ('count' in result)
      mint.mutate({ body: { count: result.count, expiryHours: Number(hours), pattern: pattern.trim() } });
  };
  return (
    <form className={css.stack} onSubmit={send} noValidate>
      <div className={css.row2}>
        <TextInput
          label="Number of devices"
          description="1 to 100; each device gets its own token."
          inputMode="numeric"
          data-autofocus
          value={text}
          error={problem ?? fieldProblem(mint.error, 'count')}
          onChange={(e) => setText(e.currentTarget.value)}
        />
        <NativeSelect
          size="xs"
          label="Token expiration time"
          description="Afterwards an unused token is refused."
          data={EXPIRIES}
          value={hours}
          onChange={(e) => setHours(e.currentTarget.value)}
        />
      </div>
      <TextInput
        label="Name pattern"
        description="Names of the devices until they register; {n} is replaced by a number."
        placeholder="esa-{n}"
        maxLength={100}
        value={pattern}
        error={fieldProblem(mint.error, 'pattern')}
        onChange={(e) => setPattern(e.currentTarget.value)}
      />
      <Problem error={mint.error} />
      <SubmitRow onCancel={onClose} busy={mint.isPending}>
        Continue
      </SubmitRow>
    </form>
  );
}

export function TokenList({ minted, region, onClose }: AddProps & { minted: Minted }): ReactNode {
  const several = minted.tokens.length > 1;
  return (
    <div className={css.stack}>
      <div className={css.warning} role="note">
        <IconAlertTriangle size={17} aria-hidden />
        <div>
          {several ? 'These tokens are' : 'This token is'} shown this once. Copy {several ? 'them' : 'it'}{' '}
          now: afterwards nobody can see {several ? 'them' : 'it'} again. Valid until{' '}
          <Time at={minted.expires} />.
        </div>
      </div>
      <ul className={css.tokens} aria-label="Registration tokens">
        {minted.tokens.map((t) => (
          <li key={t.deviceId}>
            <span className="muted">{t.name}</span>
            <code className={`mono ${css.token}`}>{t.token}</code>
            <CopyButton text={t.token} label="Copy to Clipboard" />
          </li>
        ))}
      </ul>
      <p className="muted" style={{ margin: 0 }}>
        Paste a token on the appliance under Network &gt; Cloud Service Settings and choose Register. The
        device then turns Registered in the list by itself.
      </p>
      <div className={css.buttons}>
        {several && <CopyButton text={clipboardText(minted)} label="Copy All" />}
        <Button
          variant="default"
          leftSection={<IconDownload size={14} />}
          onClick={() => saveFile(fileName(minted, region), fileText(minted, region))}
        >
          Save as File
        </Button>
        <Button onClick={onClose}>Close</Button>
      </div>
    </div>
  );
}
