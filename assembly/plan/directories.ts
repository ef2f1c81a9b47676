import { RemoveDirectory } from "../model/directory-step";
import { Plan } from "../model/plan";
import { NO_STEP } from "../model/step";

/**
 * Adds the removal of directories, the innermost first, each after the one before it: the longest path is at least as
 * deep as any that it is inside of.
 */
export function addDirectories(plan: Plan, steps: RemoveDirectory[]): void {
  for (let index = 1; index < steps.length; index++) {
    const step = steps[index];
    let to = index;
    while (to > 0 && steps[to - 1].location.path.length < step.location.path.length) {
      steps[to] = steps[to - 1];
      to--;
    }
    steps[to] = step;
  }
  let before = NO_STEP;
  for (let index = 0; index < steps.length; index++) {
    steps[index].needs(before);
    before = plan.add(steps[index]);
  }
}
