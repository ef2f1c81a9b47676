/** External volumes for tasks, as a library: docs/library.md shows it in use. */
export type * from './core/documents.ts';
export { Core, CoreError } from './core/index.ts';
export { createDvdcliDriver } from './driver/dvdcli/dvdcli-driver.ts';
export type { Mountpoint } from './driver/mountpoint.ts';
export { MountpointError } from './driver/mountpoint-error.ts';
export { createPluginDriver } from './driver/plugin/plugin-driver.ts';
export {
  DriverError,
  type MountCall,
  type UnmountCall,
  type VolumeCall,
  type VolumeDriver,
} from './driver/volume-driver.ts';
export { CheckpointError, type ImportedCheckpoint } from './isolator/checkpoint-import.ts';
export type { Clock } from './isolator/clock.ts';
export { DeadlineError } from './isolator/deadline.ts';
export type { Drivers } from './isolator/drivers.ts';
export {
  Isolator,
  type IsolatorOptions,
  type Listing,
  type PrepareOptions,
  type Recovered,
  type VolumeListing,
} from './isolator/isolator.ts';
export { ContainerConflictError, PlanFailedError, RefusedError, StepError } from './isolator/isolator-error.ts';
export type { EventListener, IsolatorEvent, StepNote } from './isolator/isolator-event.ts';
export { LaunchError } from './isolator/launch-error.ts';
export type { PreparedBind, PreparedLaunch } from './isolator/launch-spec.ts';
export { type StartTaskOptions, startTask, type TaskHandle, type TaskStdio } from './isolator/launcher.ts';
export type { TaskExit } from './isolator/launcher-task.ts';
export type { ContainerRecord, Ledger, ProcessRecord, VolumeRecord } from './isolator/ledger/ledger.ts';
export { LedgerError } from './isolator/ledger/ledger-error.ts';
export { SqliteLedger } from './isolator/ledger/sqlite-ledger.ts';
export { createLog, type Log, type LogLevel, type LogOptions } from './isolator/log/log.ts';
export { LogError } from './isolator/log/log-error.ts';
export type { PrepareAnswer, PreparedVolume } from './isolator/prepare-answer.ts';
export type { Prepared } from './isolator/preparing.ts';
export { ownProcess } from './isolator/process-record.ts';
export type { RecoverOptions } from './isolator/recovering.ts';
export type { Release } from './isolator/release.ts';
export { VolumeError } from './isolator/volume-error.ts';
