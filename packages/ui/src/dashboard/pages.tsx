/** Loaded together: the dashboard and the messages behind it. */
export { MailPage } from './mail.tsx';
export { DashboardPage } from './page.tsx';
