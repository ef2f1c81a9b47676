export { createMarathonProxy } from './proxy.ts';
export { ProxyError, type ProxyErrorCode } from './proxy-error.ts';
export type { ProxyEvent } from './proxy-event.ts';
export type {
  AdmissionOutcome,
  Admit,
  MarathonProxy,
  MarathonProxyOptions,
  ProxyTimeouts,
} from './proxy-options.ts';
