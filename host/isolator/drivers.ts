import type { Transport } from '../core/documents.ts';
import { createDvdcliDriver } from '../driver/dvdcli/dvdcli-driver.ts';
import { createPluginDriver } from '../driver/plugin/plugin-driver.ts';
import type { VolumeDriver } from '../driver/volume-driver.ts';
import type { DriverOf } from './volume-steps.ts';

/** The ways to volume drivers, by the kind of transport. */
export interface Drivers {
  readonly plugin: VolumeDriver;
  /** Gives the driver behind an executable; called once for each. */
  readonly dvdcli: (executable: string) => VolumeDriver;
}

/** Finds the driver of a transport; the real ones where none is given, made when first used. */
export function driverChooser(given: Partial<Drivers>): DriverOf {
  let plugin = given.plugin;
  const makeDvdcli = given.dvdcli ?? createDvdcliDriver;
  const dvdclis = new Map<string, VolumeDriver>();
  return (transport: Transport) => {
    if (transport.kind === 'plugin') {
      plugin ??= createPluginDriver();
      return plugin;
    }
    let dvdcli = dvdclis.get(transport.executable);
    if (dvdcli === undefined) {
      dvdcli = makeDvdcli(transport.executable);
      dvdclis.set(transport.executable, dvdcli);
    }
    return dvdcli;
  };
}
