import type { Place } from '../build/places.ts';
import { leadingSettings, osRegion } from '../build/places.ts';
import { flatMap } from '../lists.ts';
import type { Path, Refusal } from '../types.ts';
import type { ImageView, Write } from './command.ts';
import { everythingBelow, file } from './command.ts';
import { gitProgramVariables } from './git-settings.ts';
import { namedBy } from './operands.ts';

/** What decides an install beside what it is told, whichever package manager it is of: variables, compilers and certificates. */

const proxies = ['HTTP_PROXY', 'HTTPS_PROXY', 'FTP_PROXY', 'NO_PROXY', 'ALL_PROXY'];

/** Variables that decide what an installer fetches and builds, whichever it is. */
const installEnvironment: readonly string[] = [
  ...proxies, ...proxies.map((name) => name.toLowerCase()),
  'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'NETRC', 'XDG_CONFIG_HOME', 'XDG_CONFIG_DIRS',
  'CC', 'CXX', 'CPP', 'LD', 'AR', 'FC', 'CFLAGS', 'CXXFLAGS', 'CPPFLAGS', 'LDFLAGS', 'FFLAGS', 'ARCHFLAGS', 'MAKEFLAGS',
  'CPATH', 'C_INCLUDE_PATH', 'CPLUS_INCLUDE_PATH', 'LIBRARY_PATH', 'LD_LIBRARY_PATH', 'PKG_CONFIG*', 'CMAKE_*', 'SKBUILD_*',
  'CARGO_*', 'RUSTUP_*', 'RUSTFLAGS', 'CUDA_*', 'TORCH_CUDA_ARCH_LIST', 'FORCE_CUDA', 'SETUPTOOLS_*', 'DISTUTILS_*',
  'SOURCE_DATE_EPOCH', 'PYTHONPATH', 'PYTHONHOME', 'PYTHONUSERBASE', 'PYTHONNOUSERSITE', 'LANG', 'LANGUAGE', 'LC_*',
];

/**
 * Compilers, headers and libraries, which decide how a package without a wheel is built, and certificates, which decide
 * whether it can be fetched. What a COPY puts among them counts by its directory; in an image that works in the root
 * directory, where a copy of the source lies over all of them, the distribution's packages alone count.
 */
function buildTools(view: ImageView): readonly Place[] {
  const usual = view.cwd === '/' ? toolsOfPackages : toolsOfSystem;
  const named = flatMap(programVariables, (name) => view.variable(name)?.split(/\s+/).filter((word) => /^[\w.-]*\//.test(word)) ?? []);
  const libraries = librariesNamed(view);
  return named.length === 0 && libraries.length === 0 ? usual : [...usual, ...named.map((path) => file(view.resolve(path))), ...libraries];
}

/** Lists of directories with headers, libraries and what pkg-config reads (gcc(1), "Environment Variables"; pkg-config(1)). */
const directoryVariables = ['PKG_CONFIG_PATH', 'PKG_CONFIG_LIBDIR', 'CPATH', 'C_INCLUDE_PATH', 'CPLUS_INCLUDE_PATH', 'LIBRARY_PATH', 'CMAKE_PREFIX_PATH'];
const flagVariables = ['CFLAGS', 'CXXFLAGS', 'CPPFLAGS', 'LDFLAGS'];

function librariesNamed(view: ImageView): readonly Place[] {
  const listed = flatMap(directoryVariables, (name) => view.variable(name)?.split(/[:;]/) ?? []);
  const flagged = flatMap(flagVariables, (name) => [...(view.variable(name) ?? '').matchAll(/(?:^|\s)-(?:I|L|isystem|iquote)\s*(\S+)/g)].map(([, path = '']) => path));
  return [...listed, ...flagged].filter((path) => /^[\w./~-]/.test(path)).map((path) => everythingBelow(view.resolve(path)));
}

const toolsOfPackages: readonly Place[] = [file(osRegion)];

/** Programs that build packages, and those that tell what a library is compiled and linked with, as the packages' own manuals name them. */
const buildPrograms = `gcc cc g++ c++ cpp ld ar make cmake ninja meson clang gfortran rustc cargo swig nvcc git pkg-config pkgconf
  pg_config mysql_config mariadb_config krb5-config gdal-config geos-config xml2-config xslt-config curl-config pcre-config pcre2-config
  freetype-config libpng-config net-snmp-config icu-config llvm-config`.split(/\s+/);

const toolsOfSystem: readonly Place[] = [
  ...toolsOfPackages,
  ...['/usr/include', '/usr/lib', '/usr/lib32', '/usr/lib64', '/usr/local/include', '/usr/local/lib', '/usr/local/lib64', '/etc/ssl/certs'].map(everythingBelow),
  ...['/usr/share/pkgconfig', '/usr/local/share/pkgconfig'].map(everythingBelow),
  ...flatMap(['/usr/bin', '/usr/local/bin'], (directory) => buildPrograms.map((name) => file(`${directory}/${name}`))),
];

/** Variables that name a program that builds or fetches. */
const programVariables = ['CC', 'CXX', 'CPP', 'LD', 'AR', 'FC', 'RUSTC', 'RUSTC_WRAPPER', 'CARGO', ...gitProgramVariables];

/** What an install reads, and the variables that decide it. */
export interface InstallInputs {
  readonly reads: Place[];
  readonly env: Set<string>;
  /** What packages are built with. */
  readonly buildTools: readonly Place[];
}

/** One place serves all installs. */
const settings = file(leadingSettings.installers);

export function noInstallInputs(view: ImageView, tools = buildTools(view)): InstallInputs {
  return { reads: [settings], env: new Set(), buildTools: tools };
}

/** Reads are kept in the order in which they were first met, each once; one that a deeper one holds stays beside it. */
export function distinct(places: readonly Place[]): readonly Place[] {
  const files = new Set<Path>();
  const directories = new Set<Path>();
  return places.filter(({ path, deep }) => {
    const seen = deep ? directories : files;
    if (seen.has(path)) return false;
    seen.add(path);
    return true;
  });
}

/** Certificates that variables name; PIP_CERT and its like are read by pip alone. */
export function certificateFiles(view: ImageView, names: readonly string[] = []): readonly Place[] {
  return flatMap(['REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE', 'SSL_CERT_FILE', 'NETRC', ...names], (name) => namedBy(view, name)).map(file);
}

/** All that an install reads, the tools that build packages included. */
export function readsOf(inputs: InstallInputs): readonly Place[] {
  const all = inputs.reads.concat(inputs.buildTools);
  if (all.length !== latest.all.length || !all.every((place, index) => isSamePlace(place, latest.all[index]))) latest = { all, reads: distinct(all) };
  return latest.reads;
}

function isSamePlace(one: Place, other: Place | undefined): boolean {
  return one === other || (one.path === other?.path && one.deep === other.deep && one.attributes === other.attributes);
}

/** Most installs read the same: one list serves them all. */
let latest: { readonly all: readonly Place[]; readonly reads: readonly Place[] } = { all: [], reads: [] };

export function environmentOf(inputs: InstallInputs, ...names: readonly string[]): readonly string[] {
  const more = [...names, ...inputs.env];
  const key = more.join(' ');
  const known = environments.get(key);
  if (known) return known;
  const all = [...new Set([...installEnvironment, ...more])];
  environments.set(key, all);
  return all;
}

/** Most installs depend on the same variables: one list serves them all. */
const environments = new Map<string, readonly string[]>();

export function adds(region: Path): Write {
  return { place: file(region), how: 'add' };
}

export function refuse(reason: Refusal['reason'], message: string): Refusal {
  return { kind: 'refusal', reason, message };
}
