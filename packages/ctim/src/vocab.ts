/** Closed and open vocabularies of CTIM 1.3.29. Open ones are lists to offer, never to reject by. */
import { z } from 'zod';

/** Version of the model that entities made here carry in `schema_version`. */
export const SCHEMA_VERSION = '1.3.29';

/** CTIM `observable-type-identifier`, closed. */
export const OBSERVABLE_TYPES = [
  'acudid',
  'amp_computer_guid',
  'certificate_common_name',
  'certificate_issuer',
  'certificate_serial',
  'cisco_cm_id',
  'cisco_mid',
  'cisco_uc_id',
  'cortex_agent_id',
  'crowdstrike_id',
  'cvm_id',
  'cybereason_id',
  'darktrace_id',
  'device',
  'domain',
  'email',
  'email_messageid',
  'email_subject',
  'file_name',
  'file_path',
  'google_chromebook_id',
  'google_cloud_id',
  'hostname',
  'imei',
  'imsi',
  'intune_id',
  'ip',
  'ipv6',
  'jamf_management_id',
  'mac_address',
  'md5',
  'meraki_network_id',
  'meraki_node_sn',
  'meraki_org_id',
  'ms_machine_id',
  'mutex',
  'ngfw_id',
  'ngfw_name',
  'odns_identity',
  'odns_identity_label',
  'orbital_node_id',
  'pki_serial',
  'process_args',
  'process_hash',
  'process_name',
  'process_path',
  'process_uid',
  'process_username',
  'processor_id',
  'registry_key',
  'registry_name',
  'registry_path',
  's1_agent_id',
  'secure_access_id',
  'serial_number',
  'service_now_id',
  'sha1',
  'sha256',
  'swc_device_id',
  'trend_micro_id',
  'url',
  'user',
  'user_agent',
] as const;
export const ObservableType = z.enum(OBSERVABLE_TYPES);
export type ObservableType = z.infer<typeof ObservableType>;

/** CTIM disposition numbers and their names. */
export const DISPOSITIONS = {
  1: 'Clean',
  2: 'Malicious',
  3: 'Suspicious',
  4: 'Common',
  5: 'Unknown',
} as const;
export const Disposition = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4), z.literal(5)]);
export type Disposition = z.infer<typeof Disposition>;
export const DispositionName = z.enum(['Clean', 'Malicious', 'Suspicious', 'Common', 'Unknown']);
export type DispositionName = z.infer<typeof DispositionName>;

/** CTIM `HighMedLow`, used for confidence. */
export const Confidence = z.enum(['Info', 'Low', 'Medium', 'High', 'None', 'Unknown']);
export type Confidence = z.infer<typeof Confidence>;
export const Severity = z.enum(['Info', 'Low', 'Medium', 'High', 'Critical', 'None', 'Unknown']);
export type Severity = z.infer<typeof Severity>;
export const Tlp = z.enum(['red', 'amber', 'green', 'white']);
export type Tlp = z.infer<typeof Tlp>;

/** What happened to the thing seen (open vocabulary). */
export const RESOLUTIONS = ['detected', 'blocked', 'allowed', 'contained'] as const;

/** CTIM `indicator-type`, closed. */
export const IndicatorType = z.enum([
  'Malicious E-mail',
  'IP Watchlist',
  'File Hash Watchlist',
  'Domain Watchlist',
  'URL Watchlist',
  'Malware Artifacts',
  'C2',
  'Anonymization',
  'Exfiltration',
  'Host Characteristics',
  'Compromised PKI Certificate',
  'Login Name',
  'IMEI Watchlist',
  'IMSI Watchlist',
  'Private Threat Feed',
]);
export type IndicatorType = z.infer<typeof IndicatorType>;

/** CTIM `status` of an incident, closed. */
export const INCIDENT_STATUSES = [
  'New',
  'New: Processing',
  'New: Presented',
  'Open',
  'Open: Investigating',
  'Open: Reported',
  'Open: Contained',
  'Open: Recovered',
  'Stalled',
  'Hold',
  'Hold: Internal',
  'Hold: External',
  'Hold: Legal',
  'Containment Achieved',
  'Restoration Achieved',
  'Incident Reported',
  'Rejected',
  'Closed',
  'Closed: Under Review',
  'Closed: Confirmed Threat',
  'Closed: Suspected',
  'Closed: False Positive',
  'Closed: Near-Miss',
  'Closed: Merged',
  'Closed: Other',
] as const;
export const IncidentStatus = z.enum(INCIDENT_STATUSES);
export type IncidentStatus = z.infer<typeof IncidentStatus>;
