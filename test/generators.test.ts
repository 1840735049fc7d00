import { describe, expect, it } from 'vitest';
import type { ImageView } from '../src/commands/command.ts';
import { effectsOf } from '../src/commands/index.ts';
import { call, imageView } from './support/image-view.ts';

const files = {
  '/app/protos/shop/cart.proto': 'syntax = "proto3";\nimport "shop/item.proto";\nimport public \'shop/price.proto\';\nimport "google/protobuf/any.proto";\n',
  '/app/protos/shop/item.proto': 'import "shop/cart.proto";\n',
  '/app/vendor/shop/price.proto': '',
  '/app/my-file.proto': '',
  '/app/i18n/de/LC_MESSAGES/messages.po': '',
  '/app/i18n/de/LC_MESSAGES/shop.po': '',
  '/app/i18n/fr/LC_MESSAGES/messages.po': '',
  '/app/i18n/messages.pot': '',
};
const plain = imageView({ files });

/** What a command reads below /app, and what it writes. */
function done(words: string, view: ImageView = plain): { readonly reads: readonly string[]; readonly writes: readonly string[] } {
  const outcome = effectsOf(call(words), view);
  if (outcome.kind === 'opaque') throw new Error(outcome.because);
  return {
    reads: outcome.effects.flatMap(({ reads }) => reads.map(({ path, deep }) => path.slice('/app'.length) + (deep ? '/**' : ''))),
    writes: outcome.effects.flatMap(({ writes }) => writes.map(({ how, place }) => `${how} ${place.path.slice('/app'.length)}`)),
  };
}

function reason(words: string, view: ImageView = plain): string {
  const outcome = effectsOf(call(words), view);
  return outcome.kind === 'opaque' ? outcome.because : 'understood';
}

describe('protoc', () => {
  it('reads the file and what it imports, wherever the search path finds it', () => {
    const { reads, writes } = done('protoc -Iprotos -I vendor --python_out=gen protos/shop/cart.proto');
    expect(new Set(reads)).toEqual(
      new Set(['/protos/shop/cart.proto', '/protos/shop/item.proto', '/protos/shop/price.proto', '/vendor/shop/price.proto', '/protos/google/protobuf/any.proto', '/vendor/google/protobuf/any.proto', '/gen']),
    );
    expect(writes).toEqual(['make-directory /gen/shop', 'edit /gen/shop/cart_pb2.py']);
  });

  it('takes the first directory of the search path that a file is in, which names the module', () => {
    expect(done('protoc -I=. -Iprotos --python_out=. protos/shop/item.proto').writes).toEqual(['make-directory /protos/shop', 'edit /protos/shop/item_pb2.py']);
    expect(done('protoc -Iprotos:. --python_out=. protos/shop/item.proto').writes).toEqual(['make-directory /shop', 'edit /shop/item_pb2.py']);
  });

  it('searches the working directory where no search path is given', () => {
    expect(done('protoc --python_out=. my-file.proto')).toEqual({ reads: ['/my-file.proto', ''], writes: ['edit /my_file_pb2.py'] });
  });

  it('is the same as a module of Python, with what would be run instead of it', () => {
    const words = 'python -m grpc_tools.protoc -I. --python_out=. --pyi_out=. --grpc_python_out=. my-file.proto';
    const { reads, writes } = done(words);
    expect(reads).toEqual(['/my-file.proto', '']);
    expect(done(words, imageView({ files: { ...files, '/app/grpc_tools/__init__.py': '' } })).reads).toContain('/grpc_tools/__init__.py');
    expect(writes).toEqual(['edit /my_file_pb2.py', 'edit /my_file_pb2.pyi', 'edit /my_file_pb2_grpc.py']);
  });

  it('may read all of the search path where the text of a file is not known', () => {
    const made = imageView({ files: { '/app/protos/a.proto': '' }, selfContained: ['/app/protos/b.proto'] });
    expect(done('protoc -Iprotos --python_out=. protos/b.proto', made).reads).toContain('/protos/**');
  });

  it('expands a pattern if all files of the directory are known', () => {
    expect(done('protoc -Iprotos --python_out=. protos/shop/*.proto').writes.filter((one) => one.startsWith('edit'))).toEqual(['edit /shop/cart_pb2.py', 'edit /shop/item_pb2.py']);
    expect(done('protoc -Iprotos --python_out=. protos/shop/*.proto').reads).toContain('/protos/shop/**');
    expect(reason('protoc -Iprotos --python_out=. protos/shop/*.proto', imageView({ files, incomplete: ['/app/protos/shop'] }))).toMatch(/which files/);
  });

  it.each([
    ['protoc --python_out=. --mypy_out=. my-file.proto', /mypy_out/],
    ['protoc --python_out=opt:. my-file.proto', /options/],
    ['protoc -Ivendor --python_out=. my-file.proto', /which files/],
    ['protoc @files.txt', /which files/],
    ['protoc -I. -Icommon=vendor --python_out=. my-file.proto', /another name/],
    ['protoc my-file.proto', /form/],
    ['grpc_tools.protoc --python_out=. my-file.proto', /grpc_tools/],
  ])('does not understand %s', (words, because) => {
    expect(reason(words)).toMatch(because);
  });
});

describe('pybabel', () => {
  it('reads the directory and writes beside each catalog', () => {
    expect(done('pybabel compile -d i18n')).toEqual({ reads: ['/i18n/**'], writes: ['edit /i18n/de/LC_MESSAGES/messages.mo', 'edit /i18n/fr/LC_MESSAGES/messages.mo'] });
    expect(done('pybabel compile -f --directory=i18n -D shop').writes).toEqual(['edit /i18n/de/LC_MESSAGES/shop.mo']);
    expect(done('pybabel compile -d i18n -l fr').writes).toEqual(['edit /i18n/fr/LC_MESSAGES/messages.mo']);
  });

  it.each([
    ['pybabel extract -o a.pot .', /only/],
    ['pybabel compile -i a.po -o a.mo', /-i/],
    ['pybabel compile', /without a directory/],
    ['pybabel compile -d i18n more', /without a directory/],
  ])('does not understand %s', (words, because) => {
    expect(reason(words)).toMatch(because);
  });

  it('does not guess what else is in the directory', () => {
    expect(reason('pybabel compile -d i18n', imageView({ files, incomplete: ['/app/i18n'] }))).toMatch(/not known/);
  });
});
