import type { LoadedCore } from './checking.ts';
import { byId, element } from './elements.ts';

/** What the page was built with; the build puts it in (compiler/page/bundle.ts). */
declare const BUILT_WITH_SHA256: string;

/** Says which core it is that decides, by the hash of the file that was loaded. */
export function showCore({ description, sha256 }: LoadedCore): void {
  const isAsBuilt = sha256 === BUILT_WITH_SHA256;
  byId('core', HTMLElement).replaceChildren(
    `${description.name} ${description.version}, ABI ${description.abi}, SHA-256 of dvdi.wasm `,
    element('code', { id: 'core-hash', class: 'hash' }, sha256),
    isAsBuilt ? ', the file that this page was built with.' : '. ',
    ...(isAsBuilt
      ? []
      : [
          element('strong', {}, 'It is another file than the one that this page was built with'),
          ', which has ',
          element('code', { class: 'hash' }, BUILT_WITH_SHA256),
          '.',
        ]),
  );
}
