/** My account: the second factor and the ways to log in. */
import { Button, Modal, PasswordInput } from '@mantine/core';
import { type Account, endSecondFactor, getAccount, renewRecoveryCodes } from '@sightline/api';
import { type FormEvent, type ReactNode, useState } from 'react';
import { fieldProblem, useAct, useCall } from '../kit/call.ts';
import { Inert } from '../kit/inert.tsx';
import { Problem } from '../kit/problem.tsx';
import { Loaded } from '../kit/states.tsx';
import { Time } from '../kit/when.tsx';
import Enrol, { CodeInput, RecoveryCodes } from './enrol.tsx';
import css from './users.module.css';

type Doing = 'enrol' | 'codes' | 'end';

export function SecondFactor(): ReactNode {
  const account = useCall(getAccount);
  const [doing, setDoing] = useState<Doing>();
  const close = (): void => setDoing(undefined);
  return (
    <section aria-labelledby="second-factor">
      <div className={css.bar}>
        <h2 id="second-factor">Second factor</h2>
      </div>
      <Loaded of={account} rows={2}>
        {(now) => (
          <div className={`panel ${css.form}`}>
            <State account={now} onDo={setDoing} />
            <SignOn account={now} />
            {doing === 'enrol' && (
              <Modal
                opened
                onClose={close}
                size="md"
                closeOnClickOutside={false}
                title="Switch on a second factor"
              >
                <Enrol name={now.name} onDone={close} onCancel={close} />
              </Modal>
            )}
            {(doing === 'codes' || doing === 'end') && <Prove what={doing} name={now.name} onClose={close} />}
          </div>
        )}
      </Loaded>
    </section>
  );
}

function State({ account, onDo }: { account: Account; onDo: (doing: Doing) => void }): ReactNode {
  const { since, recoveryCodesLeft, required } = account.secondFactor;
  if (since === null)
    return (
      <>
        <p className={css.flush}>
          {account.hasPassword
            ? 'Off: whoever has your password can log in as you.'
            : 'You log in with single sign-on: a second factor is your provider’s business.'}
        </p>
        {account.hasPassword && (
          <div>
            <Button onClick={() => onDo('enrol')}>Switch on</Button>
          </div>
        )}
      </>
    );
  return (
    <>
      <p className={css.flush}>
        On since <Time at={since} only="absolute" />. {recoveryCodesLeft} of 10 recovery codes left.
      </p>
      <div className={css.buttons} style={{ justifyContent: 'flex-start' }}>
        <Button variant="default" onClick={() => onDo('codes')}>
          New recovery codes
        </Button>
        {!required && (
          <Button variant="default" onClick={() => onDo('end')}>
            Switch off
          </Button>
        )}
      </div>
    </>
  );
}

function SignOn({ account }: { account: Account }): ReactNode {
  if (account.signOn.length === 0) return null;
  return (
    <p className={`${css.flush} muted`}>
      You also log in with{' '}
      {account.signOn.map(({ provider, since }) => (
        <span key={provider + since}>
          <Inert text={provider} /> (since <Time at={since} only="absolute" />){' '}
        </span>
      ))}
    </p>
  );
}

/** Both factors once more, for what weakens one of them. */
function Prove({
  what,
  name,
  onClose,
}: {
  what: 'codes' | 'end';
  name: string;
  onClose: () => void;
}): ReactNode {
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [codes, setCodes] = useState<string[]>();
  const renew = useAct(renewRecoveryCodes, {
    refresh: [getAccount],
    onDone: (answer) => setCodes(answer.codes),
  });
  const end = useAct(endSecondFactor, {
    refresh: [getAccount],
    done: 'Your second factor is off.',
    onDone: onClose,
  });
  const error = renew.error ?? end.error;
  const problem = fieldProblem(error, 'password');
  const send = (event: FormEvent): void => {
    event.preventDefault();
    const body = { password, code };
    if (what === 'codes') renew.mutate({ body });
    else end.mutate({ body });
  };
  const title = what === 'codes' ? 'New recovery codes' : 'Switch the second factor off?';
  return (
    <Modal opened onClose={onClose} size="md" closeOnClickOutside={!codes} title={title}>
      {codes ? (
        <RecoveryCodes codes={codes} onClose={onClose} />
      ) : (
        <form className={css.stack} onSubmit={send}>
          <p className={css.flush}>
            {what === 'codes'
              ? 'The codes that you have end.'
              : 'From then on your password alone is enough to log in as you.'}
          </p>
          <input type="text" autoComplete="username" value={name} readOnly hidden />
          <PasswordInput
            label="Current password"
            autoComplete="current-password"
            value={password}
            error={problem}
            onChange={(e) => setPassword(e.currentTarget.value)}
          />
          <CodeInput label="Code of your authenticator, or a recovery code" value={code} onChange={setCode} />
          {!problem && <Problem error={error} />}
          <div className={css.buttons}>
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button
              type="submit"
              loading={renew.isPending || end.isPending}
              disabled={password === '' || code.trim() === ''}
            >
              {what === 'codes' ? 'Make new codes' : 'Switch off'}
            </Button>
          </div>
        </form>
      )}
    </Modal>
  );
}
