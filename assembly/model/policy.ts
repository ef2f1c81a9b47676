import { Text } from "../json/text";

/** How freely texts of the document may be written. */
export const enum Characters {
  /** The seed's 26 refused characters and all control characters. */
  Seed,
  /** All but control characters: nothing reaches a shell here. */
  Printable,
}

/** How a host speaks to volume drivers. */
export const enum TransportKind {
  Plugin,
  Dvdcli,
}

export function transportName(kind: TransportKind): string {
  return kind == TransportKind.Plugin ? "plugin" : "dvdcli";
}

/** What the policy says about one driver. */
export class DriverPolicy {
  sharing: bool = false;
  hasSharing: bool = false;
  transport: TransportKind = TransportKind.Plugin;
  hasTransport: bool = false;

  constructor(readonly driver: Text) {}
}

/** Mount and unmount limits of time, in milliseconds (Mesos' own docker/volume isolator: 120 s and 10 min). */
const MOUNT_TIMEOUT_MS: i32 = 120_000;
const UNMOUNT_TIMEOUT_MS: i32 = 600_000;

/** The rules of one cluster, with the defaults that hold where it says nothing. */
export class Policy {
  defaultDriver: Text = Text.of("rexray");
  characters: Characters = Characters.Seed;
  dvdcliPaths: Text[] = [Text.of("/usr/bin/dvdcli")];
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
  sandboxDirectory: Text = Text.of("/mnt/mesos/sandbox");
  /** Keys of options whose values are secret, besides those that look like it. */
  secretOptions: Text[] = [];

  private driverPolicy(driver: Text): DriverPolicy | null {
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

// Words that tell a secret wherever they stand in a key, and keys that are one by themselves.
function looksSecret(key: Text): bool {
  const name = key.slice(0, min(key.length, 255)).toString().toLowerCase();
  return (
    name.includes("password") || name.includes("passwd") || name.includes("passphrase") || name.includes("secret") ||
    name.includes("token") || name.includes("credential") || name.includes("private") || name.includes("apikey") ||
    name.includes("api_key") || name.includes("api-key") || name.includes("accesskey") || name.includes("access_key") ||
    name.includes("access-key") || name == "key" || name == "pass" || name == "pwd" || name == "auth"
  );
}
