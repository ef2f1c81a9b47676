/**
 * The text of a dvdcli that mounts a tmpfs for each volume under `volumes/` of a directory, notes in `calls` what it
 * was asked, and does first what stands in `fault-COMMAND-NAME`: `exit` there is its exit code, `kill -9 $PPID` the
 * death of who called it.
 */
export const tmpfsDvdcli = (directory: string): string => `#!/bin/bash
base='${directory}'
command=$1
for argument in "$@"; do
  case $argument in
    --volumename=*) name=\${argument#--volumename=} ;;
    --explicitcreate=*) explicit=" $argument" ;;
    --volumeopts=*) options="$options \${argument#--volumeopts=}" ;;
  esac
done
if [ "$command" != path ]; then echo "$command $name$explicit$options" >> "$base/calls"; fi
if [ -e "$base/fault-$command-$name" ]; then . "$base/fault-$command-$name"; fi
case $command in
  mount) mkdir -p "$base/volumes/$name"
    mountpoint -q "$base/volumes/$name" || mount -t tmpfs tmpfs "$base/volumes/$name"
    echo "$base/volumes/$name" ;;
  unmount) if mountpoint -q "$base/volumes/$name"; then umount "$base/volumes/$name"; fi ;;
  path) if mountpoint -q "$base/volumes/$name"; then echo "$base/volumes/$name"; fi ;;
esac
`;
