export * from './account.ts';
export * from './client.ts';
export * from './clients.ts';
export * from './console.ts';
export * from './docs.ts';
export * from './endpoint.ts';
export * from './error.ts';
export * from './exchange.ts';
export * from './formula.ts';
export * from './gateway/certificate.ts';
export * from './gateway/delivery.ts';
export * from './gateway/engine.ts';
export * from './gateway/hat.ts';
export * from './gateway/listener.ts';
export * from './gateway/lists.ts';
export * from './gateway/policy.ts';
export * from './gateway/quarantine.ts';
export * from './gateway/queue.ts';
export * from './gateway/recipient.ts';
export * from './gateway/respond.ts';
export * from './gateway/sender.ts';
export * from './gateway/submission.ts';
export * from './gateway/trace.ts';
export * from './integration.ts';
export {
  INTEL,
  INTEL_ENDPOINTS,
  type Intel,
  offered,
  WINDOW,
} from './intel.ts';
export {
  averageIncidents,
  changeCasebookBundle,
  changeCasebookObservables,
  changeCasebookTexts,
  eventHistory,
  judgedIndicators,
  judgementsOf,
  linkIncident,
  listCpeMatchStrings,
  setIncidentStatus,
  sightedIncidents,
  sightedIndicators,
  sightingsOf,
  storeMetrics,
  storeProperties,
  storeStatus,
  storeVersion,
  verdictOf,
  viewFeed,
  viewFeedCsv,
  viewFeedText,
} from './intel-calls.ts';
export * from './intel-events.ts';
export * from './intel-exchange.ts';
export * from './investigate.ts';
export * from './link.ts';
export * from './local.ts';
export * from './mail.ts';
export * from './module.ts';
export * from './oauth.ts';
export * from './organisation.ts';
export * from './profile.ts';
export * from './report.ts';
export * from './respond.ts';
export * from './snapshot.ts';
export * from './sse.ts';
export * from './track.ts';
export * from './view.ts';
export * from './who.ts';
