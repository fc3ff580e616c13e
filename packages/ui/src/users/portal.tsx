/** People and the own account as the portal has them: second factor, applications. */
import type { ReactNode } from 'react';
import { AccountPage } from './account.tsx';
import { Applications } from './applications.tsx';
import { SecondFactor } from './factor.tsx';
import { PeopleTabs } from './tabs.tsx';
import { UsersPage } from './users.tsx';

export function PortalUsersPage(): ReactNode {
  return <UsersPage tabs={<PeopleTabs />} emails />;
}

export function PortalAccountPage(): ReactNode {
  return (
    <AccountPage>
      <SecondFactor />
      <Applications />
    </AccountPage>
  );
}
