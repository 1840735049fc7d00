/** Who runs a command, and whose files it makes. */
import { lookUp } from './image-tree.ts';
import { accountsRegion } from './places.ts';
import type { StageState } from './state.ts';
import type { Token } from './values.ts';

/** A user is whoever /etc/passwd says at that moment: of one by number, too, the group and the home are there. */
export function userToken(state: StageState, user: string): Token {
  const { values, tree } = state;
  if (isRootOfRoot(user)) return values.root;
  return values.token('user', user, lookUp(tree, accountsRegion).data);
}

/** The owner of what a user of a Dockerfile makes. */
export function ownerOfNew(state: StageState): Token {
  const { user } = state.config;
  if (isRootOfRoot(user)) return state.values.ownedByRoot;
  return /^\d+:\d+$/.test(user) ? state.values.token('owner', user) : userToken(state, user);
}

/** Root in its own group, which `USER root:staff` is not. */
function isRootOfRoot(user: string): boolean {
  return user === 'root' || /^(?:|root|0)(?::(?:|root|0))?$/.test(user);
}

/** Is it root, whatever its group? */
export function isRoot(user: string): boolean {
  return user === 'root' || /^(?:|root|0)(?::.*)?$/.test(user);
}
