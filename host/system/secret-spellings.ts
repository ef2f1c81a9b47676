/**
 * The spellings in which a value is likely to come back from a driver: as it is, inside a JSON text (by JSON.stringify
 * and by Go, which escapes < > & too), inside a JSON text that is in a JSON text, in an address or a form, in a shell's
 * quotes and in a comma-separated list.
 */
export function spellingsOf(value: string): string[] {
  const json = insideJson(value);
  const address = encodeURIComponent(value.toWellFormed());
  const form = new URLSearchParams({ '': value }).toString().slice(1);
  return [
    ...new Set([
      value,
      json,
      insideJson(json),
      json.replace(/[<>&]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`),
      address,
      form,
      smallHex(address),
      smallHex(form),
      value.replaceAll("'", "'\\''"),
      value.replaceAll('"', '""'),
    ]),
  ];
}

function insideJson(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}

function smallHex(encoded: string): string {
  return encoded.replace(/%[0-9A-F]{2}/g, (escaped) => escaped.toLowerCase());
}
