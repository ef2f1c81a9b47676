import type { Transport } from '../core/documents.ts';
import { createDvdcliDriver } from '../driver/dvdcli/dvdcli-driver.ts';
import { createPluginDriver } from '../driver/plugin/plugin-driver.ts';
import type { VolumeDriver } from '../driver/volume-driver.ts';
import { limitDriver } from './limited-driver.ts';

/** Gives the driver that serves a transport; its calls are made on a container's account, or on nobody's. */
export type DriverOf = (transport: Transport, container: string | null) => VolumeDriver;

/** The ways to volume drivers, by the kind of transport. */
export interface Drivers {
  readonly plugin: VolumeDriver;
  /** Gives the driver behind an executable; called once for each. */
  readonly dvdcli: (executable: string) => VolumeDriver;
}

/**
 * Finds the driver of a transport; the real ones where none is given, made when first used. Whichever it is, no call of
 * it is waited for beyond its time.
 */
export function driverChooser(given: Partial<Drivers>): (transport: Transport) => VolumeDriver {
  let plugin: VolumeDriver | undefined;
  const makeDvdcli = given.dvdcli ?? ((executable: string) => createDvdcliDriver(executable));
  const dvdclis = new Map<string, VolumeDriver>();
  return (transport) => {
    if (transport.kind === 'plugin') {
      plugin ??= limitDriver(given.plugin ?? createPluginDriver());
      return plugin;
    }
    let dvdcli = dvdclis.get(transport.executable);
    if (dvdcli === undefined) {
      dvdcli = limitDriver(makeDvdcli(transport.executable));
      dvdclis.set(transport.executable, dvdcli);
    }
    return dvdcli;
  };
}
