/** The exchange's pages, by the names that the portal's router loads. */
export { AuditPage } from './audit.tsx';
export { DevicesPage } from './devices.tsx';
export { EventsPage } from './events.tsx';
export { RegionsPage } from './regions.tsx';
export { CloudServicesPage } from './services.tsx';
