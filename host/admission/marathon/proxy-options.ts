import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Admission } from '../../core/documents.ts';
import type { ProxyEvent } from './proxy-event.ts';

/** What became of a document that the checker was asked about. */
export type AdmissionOutcome =
  | { readonly admission: Admission }
  /** There is no verdict: the worker ran past its deadline, the queue was full, the core or its worker failed. */
  | { readonly failure: 'deadline' | 'queue-full' | 'fault'; readonly message: string };

/** Judges one document. `kind` is the name of a kind of the core (`marathon-app`, …), null to have it detected. */
export type Admit = (kind: string | null, document: Uint8Array) => Promise<AdmissionOutcome>;

/** How long the proxy waits, in milliseconds. */
export interface ProxyTimeouts {
  /** For a connection to Marathon, TLS included. */
  readonly connectMs: number;
  /** For the whole body of a request that is checked. */
  readonly requestBodyMs: number;
  /** For the head of Marathon's answer, from the end of the request. */
  readonly answerMs: number;
  /** Between two pieces of a request or an answer that streams; Marathon's events have a heartbeat every 10 s. */
  readonly idleMs: number;
  /** For what is asked of Marathon to judge an update: the running app, an earlier version. */
  readonly currentMs: number;
}

export interface MarathonProxyOptions {
  /** `http:` or `https:`; a path in it is put before the path of each request. No credentials, query or fragment. */
  readonly target: URL;
  /** PEM, for a target with `https:`: the authorities to trust instead of the system's, the proxy's own certificate. */
  readonly tls?: {
    readonly ca?: string | Buffer | undefined;
    readonly cert?: string | Buffer | undefined;
    readonly key?: string | Buffer | undefined;
  };
  readonly admit: Admit;
  /** `monitor` forwards what is denied and says so in the answer's headers. */
  readonly mode: 'enforce' | 'monitor';
  /** Whether a finding of this code may refuse a request; false is monitor mode for one rule. Default: all may. */
  readonly isEnforced?: (code: string) => boolean;
  /** What becomes of a request that could not be judged: refused with 503, or forwarded. */
  readonly onFailure: 'closed' | 'open';
  readonly events: (event: ProxyEvent) => void;
  /** Largest body of a request that is checked, and largest app that is asked of Marathon. */
  readonly bodyMaxBytes?: number;
  readonly timeouts?: Partial<ProxyTimeouts>;
}

/** A reverse proxy in front of one Marathon. */
export interface MarathonProxy {
  /** For the server's event `request`. Settles when the exchange is over; never rejects. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /**
   * For the server's event `checkContinue`, so that the client's body is asked for only when it is wanted. Without a
   * listener Node has sent `100 Continue` itself before `request`, which works too.
   */
  handleContinue(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** For the server's event `upgrade`. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Ends idle connections to Marathon now, the others with their exchanges; tunnels are cut. */
  close(): void;
}
