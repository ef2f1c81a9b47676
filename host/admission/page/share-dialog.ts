import { byId } from './elements.ts';
import { encodeState, type SharedState, ShareError } from './share.ts';

/** Makes the button that shows a link to what the page holds now. */
export function setUpSharing(stateOf: () => SharedState): void {
  const dialog = byId('share-dialog', HTMLDialogElement);
  const link = byId('share-link', HTMLTextAreaElement);
  byId('share', HTMLButtonElement).addEventListener('click', async () => {
    say('');
    link.value = await linkTo(stateOf());
    dialog.showModal();
    link.select();
    link.scrollTop = 0;
  });
  byId('share-copy', HTMLButtonElement).addEventListener('click', async () => {
    link.select();
    say((await isCopied(link.value)) ? 'Copied.' : 'The browser does not let the page copy: press Control or ⌘ and C.');
  });
  byId('share-close', HTMLButtonElement).addEventListener('click', () => dialog.close());
}

async function linkTo(state: SharedState): Promise<string> {
  try {
    const address = new URL(location.href);
    address.hash = await encodeState(state);
    return address.href;
  } catch (error) {
    if (!(error instanceof ShareError)) throw error;
    say(`No link: ${error.message}.`);
    return '';
  }
}

// On a page that comes by plain http there is no clipboard; elsewhere the user may refuse it.
async function isCopied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

function say(text: string): void {
  byId('share-status', HTMLElement).textContent = text;
}
