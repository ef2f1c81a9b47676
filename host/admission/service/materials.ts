import type { Finding } from '../../core/documents.ts';
import { Core } from '../../core/index.ts';
import { FileWatch } from './file-watch.ts';
import { PolicyKeeper } from './policy-keeper.ts';
import { readTls, type TlsMaterial, type TlsPaths, tlsPathList } from './tls-files.ts';
import type { Policy } from './worker-messages.ts';

/** What a service needs before it can begin: the core, and what the files say. */
export interface Materials {
  readonly core: Core;
  /** For the workers, compiled once. */
  readonly module: WebAssembly.Module;
  readonly keeper: PolicyKeeper;
  readonly policy: Policy;
  /** Warnings and remarks about the policy. */
  readonly policyFindings: readonly Finding[];
  readonly tls: TlsMaterial | null;
  /** Opened before the files were read, so that no change goes unseen. */
  readonly policyWatch: FileWatch;
  readonly tlsWatch: FileWatch;
}

/**
 * Loads the core, and reads policy and certificates.
 * @throws {ServiceError} `service-policy`, `service-file`, `service-tls`
 * @throws {CoreError} `core-abi`
 */
export async function readMaterials(
  wasm: Uint8Array<ArrayBuffer>,
  policyPath: string | null,
  tlsPaths: TlsPaths | null,
  now: Date,
): Promise<Materials> {
  const module = await WebAssembly.compile(wasm);
  const core = await Core.load(module);
  const policyWatch = await FileWatch.open(policyPath === null ? [] : [policyPath]);
  const tlsWatch = await FileWatch.open(tlsPaths === null ? [] : tlsPathList(tlsPaths));
  const keeper = new PolicyKeeper(core, policyPath);
  const { policy, findings } = await keeper.read();
  const tls = tlsPaths === null ? null : await readTls(tlsPaths, now);
  return { core, module, keeper, policy, policyFindings: findings, tls, policyWatch, tlsWatch };
}
