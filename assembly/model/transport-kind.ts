import { Text } from "../json/text";

/** How a host speaks to volume drivers. */
export const enum TransportKind {
  Plugin,
  Dvdcli,
}

export function transportName(kind: TransportKind): Text {
  return kind == TransportKind.Plugin ? "plugin" : "dvdcli";
}
