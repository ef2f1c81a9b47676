/**
 * A JSON pointer (RFC 6901) as Marathon writes paths in its refusals: members by `/name`, or by `("name")` where the
 * name is no word, elements by `(0)`; the document itself is `/`.
 *
 * `/container/volumes/0/external/options/dvdi~1driver` is `/container/volumes(0)/external/options("dvdi/driver")`.
 */
export function marathonPath(pointer: string | null): string {
  if (pointer === null || pointer === '') return '/';
  let path = '';
  for (const token of pointer.slice(1).split('/')) {
    const name = token.replaceAll('~1', '/').replaceAll('~0', '~');
    if (/^(?:0|[1-9]\d*)$/.test(name)) path += `(${name})`;
    else if (/^[A-Za-z_]\w*$/.test(name)) path += `/${name}`;
    else path += `(${JSON.stringify(name)})`;
  }
  return path;
}
