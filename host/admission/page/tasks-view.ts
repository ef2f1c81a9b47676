import type { AdmittedTask } from '../../core/index.ts';
import { printableText } from '../../system/printable-text.ts';
import { byId, element, quoted } from './elements.ts';
import { drawMark, markOf, VERDICT_WORDS } from './severity.ts';

/** Lists what a document would run, with the verdict on each and the volumes that it asks for. */
export function showTasks(tasks: readonly AdmittedTask[]): void {
  const list = byId('tasks', HTMLElement);
  if (tasks.length === 0) {
    list.replaceChildren(element('p', { class: 'empty' }, 'The document describes no task.'));
    return;
  }
  list.replaceChildren(element('ul', { class: 'tasks' }, ...tasks.map(itemOf)));
}

function itemOf({ id, pointer, verdict, volumes }: AdmittedTask): HTMLElement {
  const name = id ?? (pointer === '' ? 'The whole document' : pointer);
  const head = element(
    'p',
    { class: 'task-head' },
    drawMark(markOf(verdict)),
    element('strong', {}, quoted(printableText(name))),
    element('span', { class: 'task-verdict' }, VERDICT_WORDS[verdict]),
  );
  if (volumes.length === 0) {
    return element('li', { class: 'task' }, head, element('p', { class: 'empty' }, 'Asks for no volume.'));
  }
  const rows = volumes.map((volume) =>
    element(
      'li',
      {},
      element('strong', {}, quoted(printableText(volume.name))),
      ' of ',
      quoted(printableText(volume.driver)),
      volume.path === null ? ', on the host only' : ' at ',
      ...(volume.path === null ? [] : [element('code', {}, quoted(printableText(volume.path)))]),
    ),
  );
  return element('li', { class: 'task' }, head, element('ul', { class: 'volumes' }, ...rows));
}
