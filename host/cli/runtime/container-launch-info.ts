import { join } from 'node:path';

import type { PreparedBind, PreparedLaunch } from '../../isolator/launch-spec.ts';

/** The part of Mesos' `ContainerLaunchInfo` that binds volumes, in its JSON form (`containerizer.proto`, from 1.5). */
export interface ContainerLaunchInfo {
  readonly clone_namespaces?: readonly number[];
  readonly mounts?: readonly ContainerMountInfo[];
}

export interface ContainerMountInfo {
  readonly source: string;
  readonly target: string;
  /** As mount(2) takes them. */
  readonly flags: number;
}

/** Flags of clone(2) and mount(2), which Mesos hands on as they are. */
const CLONE_NEWNS = 0x20000;
const MS_RDONLY = 0x1;
const MS_BIND = 0x1000;
const MS_REC = 0x4000;

/** Mesos mounts before it changes the root, so that a target is a path of the machine. */
function mountInfo({ source, target, recursive, readOnly }: PreparedBind): ContainerMountInfo {
  return {
    source: source.path,
    target: join(target.within ?? '/', target.path),
    flags: MS_BIND | (recursive ? MS_REC : 0) | (readOnly ? MS_RDONLY : 0),
  };
}

/** What a Mesos isolator answers for a prepared container; without a member when the container needs nothing. */
export function containerLaunchInfo({ newMountNamespace, binds }: PreparedLaunch): ContainerLaunchInfo {
  if (!newMountNamespace) return {};
  return { clone_namespaces: [CLONE_NEWNS], mounts: binds.map(mountInfo) };
}
