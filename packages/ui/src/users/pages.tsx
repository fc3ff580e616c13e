/** Users and the own account: the same pages in both programs. */
export { AccountPage } from './account.tsx';
export { UsersPage } from './users.tsx';
