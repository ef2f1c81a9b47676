import { Text } from "../json/text";
import { DriverPolicy } from "./driver-policy";
import { FindingPolicy } from "./finding-policy";
import { TransportKind } from "./transport-kind";
import { VolumePolicy } from "./volume-policy";

/** How freely texts of the document may be written. */
export const enum Characters {
  /** The seed's 26 refused characters and all control characters. */
  Seed,
  /** All but control characters: nothing reaches a shell here. */
  Printable,
}

/** Mount and unmount limits of time, in milliseconds (Mesos' own docker/volume isolator: 120 s and 10 min). */
const MOUNT_TIMEOUT_MS: i32 = 120_000;
const UNMOUNT_TIMEOUT_MS: i32 = 600_000;

/** The rules of one cluster, with the defaults that hold where it says nothing. */
// @ts-ignore: decorator
@unmanaged
export class Policy {
  defaultDriver: Text = "rexray";
  characters: Characters = Characters.Seed;
  dvdcliPaths: Text[] = ["/usr/bin/dvdcli"];
  protectedPaths: Text[] = [];
  mountRoots: Text[] = [];
  /** True when a volume may be given, with a path, to several containers. */
  sharing: bool = false;
  drivers: DriverPolicy[] = [];
  transport: TransportKind = TransportKind.Plugin;
  strict: bool = false;
  mountTimeoutMs: i32 = MOUNT_TIMEOUT_MS;
  unmountTimeoutMs: i32 = UNMOUNT_TIMEOUT_MS;
  /**
   * Where the sandbox is inside a container that has a root filesystem of its own (the agent's `--sandbox_directory`).
   */
  sandboxDirectory: Text = "/mnt/mesos/sandbox";
  /** Keys of options whose values are secret, besides those that look like it. */
  secretOptions: Text[] = [];
  /** True when drivers take a volume away from the machine that has it. */
  preempt: bool = false;
  /** What is asked of volumes; null where the policy asks nothing, which costs nothing. */
  volumes: VolumePolicy | null = null;
  /** What is said about findings; null where nothing is. */
  findings: FindingPolicy | null = null;

  /** `volumes`, made when it is not there. */
  volumePolicy(): VolumePolicy {
    let volumes = this.volumes;
    if (volumes === null) {
      volumes = new VolumePolicy();
      this.volumes = volumes;
    }
    return volumes;
  }

  /** `findings`, made when it is not there. */
  findingPolicy(): FindingPolicy {
    let findings = this.findings;
    if (findings === null) {
      findings = new FindingPolicy();
      this.findings = findings;
    }
    return findings;
  }

  /** What holds for one driver only, or null. */
  driverPolicy(driver: Text): DriverPolicy | null {
    for (let index = 0; index < this.drivers.length; index++) {
      if (this.drivers[index].driver.equals(driver)) return this.drivers[index];
    }
    return null;
  }

  /** Whether a volume of this driver may be given, with a path, to several containers. */
  allowsSharing(driver: Text): bool {
    const own = this.driverPolicy(driver);
    return own !== null && own.hasSharing ? own.sharing : this.sharing;
  }

  /** How this driver is spoken to when the document does not name a dvdcli. */
  transportOf(driver: Text): TransportKind {
    const own = this.driverPolicy(driver);
    return own !== null && own.hasTransport ? own.transport : this.transport;
  }

  isSecretOption(key: Text): bool {
    for (let index = 0; index < this.secretOptions.length; index++) {
      if (this.secretOptions[index].equalsWithoutCase(key)) return true;
    }
    return looksSecret(key);
  }
}

// Words that tell a secret wherever they stand in a key; `mayBeginSecretWord` knows how they begin.
const SECRET_WORDS: StaticArray<Text> = [
  "password", "passwd", "passphrase", "secret", "token", "credential", "private", "apikey", "api_key", "api-key",
  "accesskey", "access_key", "access-key",
];

// Keys that are a secret by themselves.
const SECRET_KEYS: StaticArray<Text> = ["key", "pass", "pwd", "auth"];

function looksSecret(key: Text): bool {
  for (let index = 0; index < SECRET_KEYS.length; index++) {
    if (key.equalsWithoutCase(SECRET_KEYS[index])) return true;
  }
  for (let from = 0; from + 1 < key.length; from++) {
    if (mayBeginSecretWord(key.byteAt(from), key.byteAt(from + 1)) && beginsWithSecretWord(key, from)) return true;
  }
  return false;
}

// By their first two letters, without regard to case: ap ac, cr, pa pr, se, to. The lower five bits tell letters apart;
// nearly no key of an option gets past this.
function mayBeginSecretWord(first: u8, second: u8): bool {
  switch (first & 31) {
    case 1: return isLetter(second, 0x70) || isLetter(second, 0x63);
    case 3: return isLetter(second, 0x72);
    case 16: return isLetter(second, 0x61) || isLetter(second, 0x72);
    case 19: return isLetter(second, 0x65);
    case 20: return isLetter(second, 0x6f);
    default: return false;
  }
}

// @ts-ignore: decorator
@inline
function isLetter(byte: u8, lower: u8): bool {
  return (byte | 0x20) == lower;
}

function beginsWithSecretWord(key: Text, from: i32): bool {
  for (let index = 0; index < SECRET_WORDS.length; index++) {
    if (key.hasAtWithoutCase(from, SECRET_WORDS[index])) return true;
  }
  return false;
}
