import { Text } from "../json/text";
import { APP_ID_MAX_BYTES } from "../limits";
import { matchesGlob, matchesPathGlob } from "./glob";

/** The names that volumes of some apps may have. */
// @ts-ignore: decorator
@unmanaged
export class VolumeNames {
  /** Drivers whose volumes are meant; none for all. */
  drivers: Text[] = [];

  constructor(
    /** Pattern of ids. */
    readonly apps: Text,
    /** Patterns of names. */
    readonly names: Text[],
  ) {}

  /**
   * Whether the entry is about a volume of this app and driver. A task without an id is one of all apps and no other:
   * only what holds for every app holds for it. An id that is too long to be matched is taken for one of these apps.
   */
  isAbout(app: Text | null, driver: Text): bool {
    if (this.drivers.length > 0 && !isListed(driver, this.drivers)) return false;
    if (app === null) return this.apps.equals("/**");
    return app.length > APP_ID_MAX_BYTES || matchesPathGlob(this.apps, app);
  }

  allows(name: Text): bool {
    for (let index = 0; index < this.names.length; index++) {
      if (matchesGlob(this.names[index], name)) return true;
    }
    return false;
  }
}

/** What the policy asks of volumes, besides what it says for single drivers. */
// @ts-ignore: decorator
@unmanaged
export class VolumePolicy {
  /** None for all. */
  driversAllowed: Text[] = [];
  names: VolumeNames[] = [];
  /** Directories that container paths must be in; none for anywhere. */
  containerPaths: Text[] = [];
}

export function isListed(text: Text, list: Text[]): bool {
  for (let index = 0; index < list.length; index++) {
    if (list[index].equals(text)) return true;
  }
  return false;
}
