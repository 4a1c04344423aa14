/** What a TypeScript program imports from this package. */
export { connectDialer, type ConnectOptions } from './client/connect-dialer.ts';
export type {
  DialerClient,
  ImportOptions,
  ImportResult,
  Period,
  ReclassifyOptions,
  RecycleOptions,
  SuppressionEntryOptions,
  SuppressionImportOptions,
  SuppressionRemovalOptions,
  SuppressionScope,
  WaitOptions,
  Why,
} from './client/dialer-client.ts';
export { NotReachableError } from './client/not-reachable-error.ts';
export type {
  AttemptReading,
  AttemptRow,
  CampaignReport,
  CampaignStatus,
  CampaignSummary,
  ContactCounts,
  ContactDetails,
  NumberRow,
  ReadingChange,
  ReclassifyReport,
  RecycleReport,
  SuppressionCheck,
  SuppressionImportProgress,
  SuppressionImportResult,
  SuppressionListRow,
  SuppressionRow,
} from './client/records.ts';
export type { CallStatus, Group } from './domain/call-status.ts';
export type { CampaignSettings } from './domain/campaign-settings.ts';
export type { DialStatus } from './domain/dial-status.ts';
export { ConfigError, NotFoundError, RefusedError } from './domain/errors.ts';
export { FileRefusedError, type ImportFault } from './imports/csv-fault.ts';
