import { CoreError } from './core-error.ts';
import type {
  Admission,
  AdmitRequest,
  CheckpointExport,
  CheckpointExportRequest,
  CheckpointImport,
  CleanupRequest,
  Configuration,
  Description,
  Fault,
  Inspection,
  Plan,
  PrepareRequest,
  RecoverPlan,
  RecoverRequest,
} from './documents.ts';
import { type CoreExports, createInstance, lengthOf, readResult, writeRequest } from './instance.ts';

export { CoreError, type CoreErrorCode } from './core-error.ts';
export type * from './documents.ts';

/** The ABI that this host speaks; a core with a larger minor version is fine. */
const ABI_MAJOR = 1;

/** No bytes: what goes back to the policy's defaults. */
const DEFAULT_POLICY = new Uint8Array();

const LINE_FEED = new Uint8Array([0x0a]);
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

/** The calls that take a buffer. */
type Call = 'configure' | 'prepare' | 'cleanup' | 'recover' | 'importCheckpoint' | 'exportCheckpoint';

/**
 * The core as typed calls: documents in, answers out, the same bytes for the same bytes. One instance serves all calls;
 * a trap replaces it, with the policy that was in force.
 */
export class Core {
  readonly #module: WebAssembly.Module;
  #exports: CoreExports;
  #policy: Uint8Array = DEFAULT_POLICY;

  private constructor(module: WebAssembly.Module) {
    this.#module = module;
    this.#exports = createInstance(module);
  }

  /**
   * Compiles and starts a core.
   * @param wasm the bytes of `dvdi.wasm`, or the module compiled from them
   * @throws {CoreError} `core-abi` when the file is no core of this ABI
   */
  static async load(wasm: Uint8Array<ArrayBuffer> | WebAssembly.Module): Promise<Core> {
    const module = wasm instanceof WebAssembly.Module ? wasm : await compile(wasm);
    if (WebAssembly.Module.imports(module).length > 0) throw notACore('expected a core, which imports nothing');
    if (!WebAssembly.Module.exports(module).some(({ name, kind }) => name === 'abi' && kind === 'function')) {
      throw notACore('expected a core, which exports abi');
    }
    const core = new Core(module);
    const major = core.#exports.abi() >>> 16;
    if (major !== ABI_MAJOR) throw notACore(`expected a core of ABI ${ABI_MAJOR}, got ABI ${major}`);
    // The defaults are kept in the core as a policy is, instead of being made again for each call.
    core.configure(DEFAULT_POLICY);
    return core;
  }

  /**
   * Takes the policy for the calls that follow; one that is denied changes nothing. Empty bytes go back to the
   * defaults.
   */
  configure(policy: Uint8Array | string): Configuration {
    const bytes = toBytes(policy);
    const configuration = this.#answer<Configuration>('configure', [bytes]);
    if (configuration.verdict !== 'deny') this.#policy = bytes.slice();
    return configuration;
  }

  /** The bytes of the policy in force; none for the defaults. */
  get policy(): Uint8Array {
    return this.#policy;
  }

  /** What this core is: limits, kinds of documents, rules, policy fields. */
  describe(): Description {
    return parse(this.#guard([], (exports) => exports.describe()));
  }

  /** What a document asks for, and what is wrong with it. `kind` 0 detects the kind. */
  inspect(kind: number, document: Uint8Array | string): Inspection {
    return parse(this.inspectBytes(kind, toBytes(document)));
  }

  /** The answer of `inspect` as the core wrote it; its `buffer` may hold other answers too. */
  inspectBytes(kind: number, document: Uint8Array): Uint8Array {
    return this.#guard([document], (exports, pointer) => exports.inspect(kind, pointer, document.byteLength));
  }

  /** Whether a document may be submitted: each of its tasks, and the whole. `kind` 0 detects the kind. */
  admit(request: AdmitRequest, document: Uint8Array | string): Admission {
    return parse(this.admitBytes(request, toBytes(document)));
  }

  /** The answer of `admit` as the core wrote it; its `buffer` may hold other answers too. */
  admitBytes(request: AdmitRequest, document: Uint8Array): Uint8Array {
    const parts = [encoder.encode(JSON.stringify(request)), LINE_FEED, document];
    return this.#guard(parts, (exports, pointer) => exports.admit(pointer, lengthOf(parts)));
  }

  /** Plans what a container needs before its task starts. */
  prepare(request: PrepareRequest, document: Uint8Array | string): Plan {
    return this.#answer('prepare', [encoder.encode(JSON.stringify(request)), LINE_FEED, toBytes(document)]);
  }

  /** Plans what remains to be done when a container is gone. */
  cleanup(request: CleanupRequest): Plan {
    return this.#answer('cleanup', [encoder.encode(JSON.stringify(request))]);
  }

  /** Says what has become of each volume after a restart, and plans the release of those that nobody uses. */
  recover(request: RecoverRequest): RecoverPlan {
    return this.#answer('recover', [encoder.encode(JSON.stringify(request))]);
  }

  /** Reads the original's checkpoint, `dvdimounts.pb`: the bytes of the file as they are. */
  importCheckpoint(file: Uint8Array): CheckpointImport {
    return this.#answer('importCheckpoint', [file]);
  }

  /** Writes rows as the original's checkpoint. */
  exportCheckpoint(request: CheckpointExportRequest): CheckpointExport {
    return this.#answer('exportCheckpoint', [encoder.encode(JSON.stringify(request))]);
  }

  #answer<Answer>(call: Call, parts: readonly Uint8Array[]): Answer {
    const length = lengthOf(parts);
    return parse(this.#guard(parts, (exports, pointer) => exports[call](pointer, length)));
  }

  // One call: request in, result out, a new instance after a trap.
  #guard(parts: readonly Uint8Array[], call: (exports: CoreExports, pointer: number) => bigint): Uint8Array {
    const pointer = writeRequest(this.#exports, parts);
    if (pointer === null) {
      const length = lengthOf(parts);
      throw new CoreError(`expected a request that the core has room for, got ${length} bytes`, {
        code: 'core-request-too-large',
      });
    }
    try {
      return readResult(this.#exports, call(this.#exports, pointer));
    } catch (cause) {
      const fault = readFault(this.#exports);
      this.#replaceInstance();
      const place = fault.file === null ? '' : ` (${fault.file}:${fault.line}:${fault.column})`;
      const message = `the core failed: ${fault.message ?? (cause as Error).message}${place}`;
      throw new CoreError(message, { code: 'core-fault', fault, request: join(parts), cause });
    }
  }

  #replaceInstance(): void {
    this.#exports = createInstance(this.#module);
    this.configure(this.#policy);
  }
}

async function compile(wasm: Uint8Array<ArrayBuffer>): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(wasm);
  } catch (cause) {
    throw notACore('expected a core, got a file that is no WebAssembly module', cause);
  }
}

function notACore(message: string, cause?: unknown): CoreError {
  return new CoreError(message, { code: 'core-abi', cause });
}

// A trapped instance may be in any state: a second trap here only loses the text of the first.
function readFault(exports: CoreExports): Fault {
  try {
    return parse(readResult(exports, exports.fault()));
  } catch {
    return { message: null, file: null, line: null, column: null };
  }
}

function parse<Answer>(bytes: Uint8Array): Answer {
  return JSON.parse(decoder.decode(bytes)) as Answer;
}

function toBytes(text: Uint8Array | string): Uint8Array {
  return typeof text === 'string' ? encoder.encode(text) : text;
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(lengthOf(parts));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.byteLength;
  }
  return joined;
}
