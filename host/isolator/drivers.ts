import type { Transport, VolumeId, VolumeOption } from '../core/documents.ts';
import { createDvdcliDriver } from '../driver/dvdcli/dvdcli-driver.ts';
import { createPluginDriver } from '../driver/plugin/plugin-driver.ts';
import type { VolumeDriver } from '../driver/volume-driver.ts';
import { markOfWork } from './dead-holder.ts';
import type { EventListener } from './isolator-event.ts';
import { limitDriver } from './limited-driver.ts';
import { observeDriver } from './observed-driver.ts';

/** On whose account a driver is asked, and with which options the volume was mounted, for secrets in what it says. */
export interface DriverUse {
  /** null for a retry and the like. */
  readonly container: string | null;
  readonly options: readonly VolumeOption[];
}

/** Gives the driver that serves a transport. */
export type DriverOf = (transport: Transport, use: DriverUse) => VolumeDriver;

/** The ways to volume drivers, by the kind of transport. */
export interface Drivers {
  readonly plugin: VolumeDriver;
  /** Gives the driver behind an executable; called once for each. */
  readonly dvdcli: (executable: string) => VolumeDriver;
}

export interface DriverChooserOptions {
  readonly drivers: Partial<Drivers>;
  /** Id of the isolator's ledger, which its processes carry; undefined for one that nobody takes over from. */
  readonly holder: string | undefined;
  readonly onEvent: EventListener;
}

/**
 * Finds the driver of a transport; the real ones where none is given, made when first used. Whichever it is, no call of
 * it is waited for beyond its time, and each is told when it has ended.
 */
export function driverChooser({ drivers, holder, onEvent }: DriverChooserOptions): DriverOf {
  const find = driverFinder(drivers, holder);
  return (transport, use) => observeDriver(find(transport), { transport, ...use, onEvent });
}

function driverFinder(given: Partial<Drivers>, holder: string | undefined): (transport: Transport) => VolumeDriver {
  let plugin: VolumeDriver | undefined;
  const options = holder === undefined ? {} : { markOf: (volume: VolumeId) => markOfWork(holder, volume) };
  const makeDvdcli = given.dvdcli ?? ((executable: string) => createDvdcliDriver(executable, options));
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
