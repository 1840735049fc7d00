/** Packages that a COPY brings from another stage. */
import type { Path } from '../../types.ts';
import { join, pythonRegion } from '../places.ts';
import type { Token } from '../values.ts';
import type { RegionAddition } from './additions.ts';
import { additionsTo, inOneCall, isUntouched, scriptsRegion } from './additions.ts';
import { factsOf, sameInterpreter } from './base-images.ts';
import type { LedgerOptions, StageCopy } from './requests.ts';

/** The version may be an argument, as that of the base image is. */
const sitePackages = /^(.+)\/lib\/python([^/]+)(\/site-packages)?$/;

/** What a COPY of site-packages, of the scripts beside it or of one of these brings; null if it is not all packages, or does not fit. */
export function copiedPackages(copy: StageCopy, options: LedgerOptions, isLeftOut: (element: Token) => boolean): readonly RegionAddition[] | null {
  const { state, from, source, destination } = copy;
  if ((copy.chown !== null && !/^(?:root|0)(?::(?:root|0))?$/.test(copy.chown)) || copy.chmod !== null || !sameInterpreter(from, state)) return null;
  const packages = sitePackages.exec(source);
  const prefix = packages ? (packages[1] ?? '') : prefixOfBin(source);
  if (prefix === null || prefix !== (state.base.pythonPrefix ?? '') || prefix !== from.base.pythonPrefix) return null;
  const minor = factsOf(state)?.python?.minor ?? null;
  if (packages && minor !== null && minor !== packages[2]) return null;
  // With site-packages comes the standard library, which has to be the same.
  if (packages && packages[3] === undefined && state.base.token !== from.base.token) return null;
  const region = packages ? pythonRegion(prefix) : scriptsRegion(prefix);
  const directory = packages ? source : join(prefix, 'bin');
  const elements = additionsTo(from, region);
  if (elements === null || additionsTo(state, region) === null) return null;
  if (!isUntouched(from, directory, region) || !isUntouched(state, directory, region)) return null;
  const kept = inOneCall(elements.filter((element) => !isLeftOut(element)));
  const brought: readonly RegionAddition[] = [{ region, elements: kept }];
  if (packages) {
    if (destination !== source || !copy.alone) return null;
    return options.bringsScripts(copy.stage, join(prefix, 'bin')) ? [...brought, { region: scriptsRegion(prefix), elements: kept }] : brought;
  }
  if (source === directory) return destination === directory ? brought : null;
  // One script of several: nothing is added, because all of them come with the packages.
  const isSame = destination === source || destination === directory;
  return isSame && options.bringsScripts(copy.stage, join(prefix, 'bin')) ? [] : null;
}

/** PREFIX of `PREFIX/bin` and of `PREFIX/bin/script`. */
function prefixOfBin(source: Path): Path | null {
  return /^(.+)\/bin(?:\/[^/]+)?$/.exec(source)?.[1] ?? null;
}
