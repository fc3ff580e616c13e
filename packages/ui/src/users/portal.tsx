/** Users and the own account as the portal has them: with applications that act for a person. */
import type { ReactNode } from 'react';
import { AccountPage } from './account.tsx';
import { Applications } from './applications.tsx';

export { UsersPage } from './users.tsx';

export function PortalAccountPage(): ReactNode {
  return (
    <AccountPage>
      <Applications />
    </AccountPage>
  );
}
