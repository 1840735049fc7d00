/** What programs that fetch have in common. The network gives the same to both Dockerfiles that are compared. */
import type { Place } from '../build/places.ts';
import { baseName, osRegion } from '../build/places.ts';
import type { Path } from '../types.ts';
import { systemEnvironment } from './apt.ts';
import type { Argument, Call, ImageView, Outcome } from './command.ts';
import { effects, everythingBelow, file } from './command.ts';
import { certificateFiles } from './install-inputs.ts';
import type { Target } from './operands.ts';
import { fileEffect, looks, namedBy, readPlaces, sets, spell } from './operands.ts';

/** Variables with the addresses of proxies. */
export const proxies = systemEnvironment.filter((name) => /_proxy$/i.test(name));

/** Variables that say where OpenSSL looks for certificates. */
export const certificates = ['SSL_CERT_FILE', 'SSL_CERT_DIR'];

/** None of these programs is in every base image: a package brings it. */
export const broughtByPackage: readonly Place[] = [file(osRegion)];

/** Is it where what is written goes away, or to the terminal? */
export function isNowhere(path: Path): boolean {
  return /^\/dev\/(?:null|stdout|stderr)$/.test(path);
}

/** The name under which a fetched file is kept; null if the address ends in none. */
export function nameInAddress(address: string): string | null {
  const path = address.replace(/^[a-z][a-z\d+.-]*:\/\/[^/]*/i, '').replace(/[?#].*$/s, '');
  const name = baseName(path);
  return name === '' || name === '.' || name === '..' ? null : name;
}

/** A file given to a program through `@name` or `name=@file`. */
export function attachments(values: readonly Argument[], view: ImageView): readonly Place[] {
  return values.flatMap((value) => {
    const name = /(?:^|=)[@<]([^;]+)/.exec(value.text)?.[1];
    return name === undefined || name === '-' ? [] : readPlaces({ ...value, text: name, glob: false }, view);
  });
}

/** The files that `file:` addresses name. */
export function localAddresses(addresses: readonly Argument[], view: ImageView): readonly Place[] {
  return addresses.flatMap((argument) => {
    const path = /^file:(?:\/\/(?:localhost)?)?(\/.*)$/is.exec(argument.text)?.[1];
    return path === undefined ? [] : readPlaces({ ...argument, text: path, glob: false }, view);
  });
}

/** The effect of fetching: the files are new, as the network gives them. */
export function fetching(call: Call, view: ImageView, targets: readonly Target[], own: readonly Place[], env: readonly string[]): Outcome {
  const reads = [...own, everythingBelow('/etc/ssl/certs'), ...certificateFiles(view), ...namedBy(view, 'SSL_CERT_DIR').map(everythingBelow)];
  const writes = targets.filter(({ path }) => !isNowhere(path)).map(sets);
  if (writes.length === 0) return effects(looks(spell(call), [...broughtByPackage, ...reads], env));
  return effects(fileEffect(spell(call), view, { reads: [...broughtByPackage, ...reads], env, writes }));
}
