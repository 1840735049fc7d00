/**
 * What is known of programs: which of a project's files they look at of their own accord, beyond those that their words
 * and the project's own code name. A program that is not here is not known, and holds a pattern back.
 *
 * General knowledge of each tool's documentation, where no source stands beside the line.
 */

/** Files that a program may look for by itself: the repository of git, `.env`, Dockerfiles and their like. */
export type Interest = 'git' | 'environment' | 'image';

const words = (text: string): readonly string[] => text.split(/\s+/).filter((word) => word !== '');

/** They read what their words name, and run no other program but those. */
const plain = words(`
  : . [ [[ alias awk gawk mawk b2sum base32 base64 basename bc break bunzip2 bzip2 cal case cat cd chgrp chmod chown chroot cksum clear cmp column comm
  continue cp cpio csplit curl cut date dd declare df diff dirname dos2unix du echo egrep exit expand export expr factor fallocate false fgrep file fmt
  fold getent getconf getopt getopts grep groups gunzip gzip hash head help hexdump hostid hostname iconv id install jobs join jq kill killall let less ln
  local locale locale-gen localedef logger login ls lsb_release lscpu lsof md5sum mkdir mkfifo mknod mktemp more mount mountpoint mv nc netcat nl nohup nproc od openssl
  passwd paste patch pgrep pidof ping pkill popd printenv printf ps pushd pwd read readlink readonly realpath return rev rm rmdir sed seq set
  setcap sha1sum sha224sum sha256sum sha384sum sha512sum shift shopt shred shuf sleep sort source split sponge ss stat strings strip stty sum sync sysctl tac tail tar tee test touch tr trap tree true
  truncate tsort tty type typeset ulimit umask umount unalias uname unexpand uniq unlink unset unzip uptime users wait wc wget which whereis who whoami xargs xxd xz unxz yes yq zcat zip zstd
  apk apt apt-get apt-cache apt-key apt-mark add-apt-repository aptitude dnf dpkg dpkg-reconfigure gdebi ldconfig microdnf pacman rpm tdnf update-alternatives update-ca-certificates yum zypper debconf-set-selections
  adduser addgroup deluser delgroup groupadd groupdel groupmod gpasswd useradd userdel usermod chpasswd chsh su visudo
  gpg gpgconf gpg-agent ssh ssh-keygen ssh-keyscan rsync scp sftp ftp nslookup dig host ip ifconfig netstat telnet traceroute crontab cron crond dos2unix unix2dos envsubst busybox
  tini dumb-init catatonit gosu su-exec setpriv runuser s6-svscan s6-setuidgid multirun wait-for-it wait-for wait-for-it.sh wait-for.sh dockerize docker-entrypoint.sh docker-php-entrypoint docker-php-ext-install docker-php-ext-enable docker-php-ext-configure docker-php-source pecl pear phpize
  a2enmod a2dismod a2ensite a2dissite a2enconf apache2ctl apachectl apache2-foreground apache2 httpd httpd-foreground nginx php-fpm caddy haproxy varnishd traefik lighttpd memcached redis-server redis-cli postgres psql pg_isready mysqladmin mysql mongosh rabbitmqctl sqlite3 supervisord supervisorctl monit
  dart gcc g++ cc c++ clang clang++ ld ar ranlib nm objdump as pkg-config upx patchelf protoc autoreconf autoconf automake libtoolize aclocal
  luac ffmpeg convert magick identify tesseract pandoc wkhtmltopdf xvfb-run chromium google-chrome gs dot rsvg-convert
  python pypy ruby perl node nodejs deno php lua java javac jar kotlinc scala erl elixir iex julia R Rscript
  awslambdaric gunicorn uvicorn hypercorn daphne celery waitress-serve uwsgi fastapi rq rqworker dramatiq huey arq taskiq django-admin scrapy alembic aerich gradio voila papermill
  py_compile compileall venv virtualenv ensurepip nltk nltk.downloader spacy playwright grpc_tools.protoc pip-compile pip-sync piptools cython cythonize pybabel msgfmt gettext black isort mypy flake8 ruff
  pm2 pm2-runtime http-server serve forever nodemon ts-node tsx ts-node-dev tsc tsup swc esbuild terser uglifyjs cleancss sass node-sass lessc postcss tailwindcss tailwind babel rimraf cross-env cpx copyfiles mkdirp shx ncp  cpy del-cli tsc-alias tsconfig-paths node-gyp prebuild-install patch-package corepack npm-check only-allow typedoc vue-tsc svelte-check eslint prettier stylelint
  rails puma unicorn thin rackup sidekiq rake bundler gem irb rspec rubocop bootsnap
  spring-boot jlink jdeps keytool
  bash sh dash ash ksh zsh
`);

/** They look at more: a bundler at `.env`, a generator of a site at the history. */
const curious: Readonly<Record<string, readonly Interest[]>> = {
  // Front ends: https://vite.dev/guide/env-and-mode, https://nextjs.org/docs/app/guides/environment-variables, and so on.
  vite: ['environment'],
  next: ['environment'],
  nuxt: ['environment'],
  nuxi: ['environment'],
  astro: ['environment'],
  parcel: ['environment'],
  expo: ['environment', 'git'],
  gatsby: ['environment'],
  'react-scripts': ['environment'],
  craco: ['environment'],
  'vue-cli-service': ['environment'],
  'svelte-kit': ['environment'],
  remix: ['environment'],
  'remix-serve': ['environment'],
  'react-router': ['environment'],
  'react-router-serve': ['environment'],
  vinxi: ['environment'],
  strapi: ['environment'],
  prisma: ['environment'],
  sequelize: ['environment'],
  typeorm: ['environment'],
  knex: ['environment'],
  webpack: [],
  rollup: [],
  ng: [],
  nest: [],
  'nest-cli': [],
  vitest: ['environment'],
  jest: ['environment'],
  bun: ['environment'],
  bunx: ['environment'],
  nx: ['environment', 'git'],
  lerna: ['git'],
  turbo: ['environment', 'git'],
  dotenv: ['environment'],
  dotenvx: ['environment'],
  'env-cmd': ['environment'],
  // It loads .env only where python-dotenv is installed: https://flask.palletsprojects.com/en/stable/cli/#environment-variables-from-dotenv
  flask: [],
  chainlit: ['environment'],
  honcho: ['environment'],
  foreman: ['environment'],
  artisan: ['environment'],
  symfony: ['environment', 'git'],
  // It shows the repository in its page: streamlit.git_util.
  streamlit: ['git'],
  // Sites with dates and authors from the history.
  vitepress: ['environment', 'git'],
  vuepress: ['git'],
  docusaurus: ['git'],
  eleventy: ['git', 'environment'],
  hugo: ['git'],
  jekyll: ['git'],
  'sphinx-build': ['git'],
  mkdocs: ['git'],
  gitbook: ['git'],
  antora: ['git'],
  'sentry-cli': ['git', 'environment'],
  'pre-commit': ['git', 'image'],
  husky: [],
  hadolint: ['image'],
  docker: ['image', 'environment'],
  'docker-compose': ['image', 'environment'],
  podman: ['image', 'environment'],
  trivy: ['image', 'git'],
  checkov: ['image', 'git'],
  yamllint: ['image'],
};

const known: ReadonlyMap<string, readonly Interest[]> = new Map([...plain.map((name) => [name, []] as const), ...Object.entries(curious)]);

/** They run plugins of the project: settings and package.json name them. */
export const bundlers: ReadonlySet<string> = new Set(words('vite next nuxt nuxi astro parcel gatsby react-scripts craco vue-cli-service svelte-kit remix react-router vinxi webpack rollup ng babel postcss esbuild tsup expo'));

/** What a program looks at by itself; undefined for one that is not known. `python3.11` and `gcc-12` are what they are. */
export function interestsOf(program: string): readonly Interest[] | undefined {
  return known.get(program) ?? known.get(program.replace(/-?\d[\d.]*$/, ''));
}

/** They ask git where a program loads them, also one that another package brings: lower case, as in locks. */
export const packagesThatAskWhereLoaded: readonly string[] = words(`
  sentry-sdk raven gitpython dulwich pygit2 streamlit
  @sentry/webpack-plugin @sentry/vite-plugin @sentry/rollup-plugin @sentry/esbuild-plugin @sentry/cli @sentry/nextjs @sentry/sveltekit @sentry/nuxt @sentry/astro @sentry/remix @sentry/gatsby simple-git isomorphic-git nodegit
`);

/** Packages whose name need not say that they ask git, or read `.git`: for a version, a release, or a report of errors. */
export const packagesThatAskGit: ReadonlySet<string> = new Set([...packagesThatAskWhereLoaded, ...words(`
  sentry_sdk pbr versioneer versioningit dunamai setuptools-scm setuptools_scm hatch-vcs miniver mlflow wandb clearml comet-ml comet_ml neptune neptune-client sacred dvc ddtrace coveralls codecov commitizen bumpversion bump2version python-semantic-release pre-commit incremental poetry-dynamic-versioning poetry-version-plugin
  @sentry/react-native @sentry/bundler-plugin-core dd-trace @datadog/datadog-ci next-build-id semantic-release standard-version release-it lerna nx turbo dugite lint-staged-git
  eslint-plugin-diff nextra nextra-theme-docs nextra-theme-blog @astrojs/starlight scout-apm scout_apm
  skylight scout_apm scout-apm aim polyaxon labml guildai dvclive zenml mmengine mmcv ultralytics label-studio
  sentry-ruby sentry-rails sentry-raven honeybadger airbrake airbrake-ruby rugged jekyll-last-modified-at
  sentry/sentry sentry/sentry-laravel sentry/sentry-symfony sebastian/version
  vergen shadow-rs built gix
  axion-release-plugin sbt-dynver sbt-release sbt-buildinfo-git sbt-ci-release buildnumber-maven-plugin maven-release-plugin maven-scm-plugin spotless-maven-plugin sonar-maven-plugin nbgv minver
`)]);

/** A front end that loads `.env` where a build or the program starts. */
export const packagesThatReadEnvironment = /^(?:python-dotenv|dotenv(?:-.*)?|dotenvx|@dotenvx\/.*|pytest-dotenv|django-environ|django-dotenv|environs|pydantic-settings|python-decouple|dynaconf|honcho|chainlit|@nestjs\/config|@adonisjs\/.*|@strapi\/.*|strapi|@prisma\/.*|prisma|astro|@astrojs\/.*|parcel|expo|vlucas\/phpdotenv|laravel\/.*|codeigniter4?\/.*|symfony\/.*|godotenv|github\.com\/joho\/godotenv|dotenvy|foreman|vite|react-scripts|next|nuxt|gatsby|bun|@vue\/cli-service|@sveltejs\/kit|@remix-run\/.*|@react-router\/.*|vinxi|turbo|nx|rails|bootsnap|spring-dotenv|java-dotenv)$/i;

/** Libraries that never look for `.env`, so that a program made of them does not either. */
export const packagesWithoutEnvironment: ReadonlySet<string> = new Set(words(`
  aiohttp aiofiles alembic attrs asyncpg beautifulsoup4 bs4 boto3 botocore cachetools certifi cffi chardet charset-normalizer click colorama cryptography cython django djangorestframework django-cors-headers django-filter fastapi flask flask-cors flask-sqlalchemy flask-migrate flask-login starlette pydantic pydantic-core et-xmlfile fonttools gevent greenlet gunicorn h11 httpcore httptools httpx idna itsdangerous jinja2 joblib jsonschema kiwisolver lxml markdown markupsafe matplotlib msgpack mysqlclient networkx numpy openpyxl orjson packaging pandas passlib pillow pip psutil psycopg psycopg2 psycopg2-binary pyarrow pyasn1 pycparser pygments pyjwt pymongo pymysql pyparsing pyserial pytest pytest-cov python-dateutil python-multipart pytz pyyaml redis regex requests rich scikit-learn scipy seaborn setuptools shapely simplejson six sniffio sqlalchemy sqlparse tenacity tornado tqdm typing-extensions tzdata ujson urllib3 uvicorn uvloop watchdog websockets werkzeug wheel wrapt xlrd zope.interface waitress whitenoise
  axios body-parser chalk commander compression cookie-parser cors cross-env debug ejs express express-session fs-extra glob helmet http-proxy-middleware jsonwebtoken lodash mime moment mongodb mongoose morgan multer mysql mysql2 node-fetch nodemon pg pino pug qs react react-dom redux rxjs semver socket.io socket.io-client supertest typescript ts-node tslib uuid winston ws yargs zod jest mocha chai eslint prettier
`));

/** What packs a Python project without asking git: https://packaging.python.org/en/latest/guides/tool-recommendations/. */
export const plainBackends: ReadonlySet<string> = new Set(words('setuptools wheel flit flit-core flit_core hatchling poetry poetry-core pdm-backend pdm-pep517 uv-build uv_build maturin setuptools-rust cython numpy oldest-supported-numpy pybind11 cffi scikit-build scikit-build-core meson-python cmake ninja packaging tomli toml trove-classifiers hatch-fancy-pypi-readme hatch-requirements-txt pytest-runner enscons whey mypy types-setuptools certifi'));

/** Plugins of bundlers and frameworks that do what their name says, and ask git nothing. */
export const plainPlugins: RegExp = new RegExp(`^(?:${[
  '@vitejs/.*', '@rollup/plugin-.*', '@babel/.*', '@sveltejs/.*', '@astrojs/(?!starlight).*', '@nuxt/(?:image|ui|icon|fonts|eslint|content|test-utils|kit|schema)', '@nuxtjs/(?:tailwindcss|color-mode|i18n|google-fonts|eslint-module|robots|sitemap)',
  '@tailwindcss/.*', '@svgr/.*', '@vue/.*', '@angular/.*', '@angular-devkit/.*', '@angular-eslint/.*', '@swc/.*', '@emotion/.*', '@next/.*', '@remix-run/.*', '@react-router/.*', '@typescript-eslint/.*', '@stylistic/.*', '@types/.*', '@prettier/.*', '@trivago/.*', '@ianvs/.*', '@eslint/.*', '@nestjs/.*', '@formatjs/.*', '@lingui/.*', '@graphql-codegen/.*', '@mdx-js/.*', '@unocss/.*', '@intlify/.*', '@pmmmwh/.*', '@storybook/.*', '@testing-library/.*', '@jest/.*', '@rushstack/eslint-.*', '@react-native/.*', '@fullhuman/postcss-purgecss', '@svelte-put/.*', '@vueuse/.*',
  'eslint-.*', 'stylelint-.*', 'prettier-plugin-.*', 'babel-(?:loader|jest|core|cli)', 'babel-plugin-(?:(?:transform|syntax|proposal|minify|polyfill)-.*|styled-components|module-resolver|import|macros|istanbul|lodash|react-compiler|inline-react-svg|inline-import|formatjs|emotion|dynamic-import-node|add-module-exports|named-asset-import|const-enum|relay|superjson-next|root-import|jest-hoist|direct-import|react-intl|i18next-extract|graphql-tag)', 'babel-preset-(?:react-app|env|expo|es20\\d\\d|stage-\\d|react|react-native|typescript|minify|jest|current-node-syntax|gatsby|fbjs|solid|flow|vue|vite)', 'postcss(?:-.*)?', 'tailwindcss(?:-.*)?', 'jest-.*', 'ts-.*', 'tsconfig-paths-webpack-plugin', 'vite-tsconfig-paths', 'vite-node', 'vite-svg-loader', 'vite-jsconfig-paths', 'vite-imagetools',
  'vite-plugin-(?:pwa|svgr|checker|eslint|eslint2|compression2?|static-copy|html|node-polyfills|vuetify|dts|inspect|top-level-await|wasm|singlefile|mkcert|imagemin|image-optimizer|restart|pages|vue-layouts|vue-devtools|svg-icons|css-injected-by-js|commonjs|environment|monaco-editor|react-rich-svg|glsl|solid|ssr|windicss|optimizer|mock|progress|require|remove-console|babel|ruby|rails|stylelint|sass-dts|full-reload)',
  'unplugin-(?:auto-import|vue-components|icons|vue-router|fonts|vue-markdown|swc|turbo-console|element-plus|vue-macros|vue-define-options)', 'unplugin',
  'rollup-plugin-(?:visualizer|terser|dts|postcss|typescript2|node-resolve|commonjs|babel|copy|delete|peer-deps-external|svelte|livereload|css-only|esbuild|polyfill-node|node-polyfills|preserve-directives)',
  '(?:html|mini-css-extract|css-minimizer|terser|copy|clean|fork-ts-checker|workbox|compression|html-inline-script|node-polyfill|react-refresh|webpack-manifest|monaco-editor|duplicate-package-checker|case-sensitive-paths|eslint|stylelint|progress-bar|friendly-errors|optimize-css-assets|uglifyjs|extract-text|circular-dependency|webpack-shell|image-minimizer|favicons|virtual-modules|interpolate-html|inline-chunk-html|webpack-notifier|run-script)-webpack-plugin', 'terser-webpack-plugin', 'webpack-(?:cli|dev-server|merge|bundle-analyzer|node-externals|manifest-plugin|dev-middleware|hot-middleware|sources)', 'vue-template-compiler', 'vue-loader', 'vue-cli', 'next-(?:intl|themes|auth|seo|sitemap|pwa|i18next|mdx-remote|transpile-modules|images|compose-plugins|redux-wrapper|i18n)', 'nuxt-(?:icon|lodash|svgo|swiper|security|og-image|schema-org|headlessui)', 'svelte-(?:preprocess|check|loader|hmr|routing|i18n|preprocess-react)', 'gatsby-(?:image|link|cli|background-image)', 'gatsby-plugin-(?:image|sharp|react-helmet|manifest|offline|styled-components|sass|postcss|google-analytics|google-gtag|sitemap|robots-txt|feed|typescript|eslint|catch-links|canonical-urls|netlify|mdx|layout|emotion|material-ui|alias-imports|webfonts)', 'gatsby-(?:transformer|remark|source-filesystem|source-contentful|source-strapi|source-graphql).*', 'esbuild-(?:plugin-.*|loader|sass-plugin|register|node-externals|jest|wasm)', 'astro-(?:icon|seo|compress|robots-txt|font|expressive-code|embed)', 'parcel-(?:bundler|transformer-.*|reporter-.*|resolver-.*)', 'expo-.*',
  '(?:css|style|sass|less|postcss|babel|ts|file|url|raw|html|vue|svg|svg-inline|esbuild|swc|source-map|null|json|csv|xml|yaml|pug|handlebars|ejs|imports|exports|script|thread|cache|worker|worklet|expose|image-webpack|responsive|node|coffee|stylus|resolve-url|markdown|glslify|shader|webpack-glsl|to-string|val|string-replace|ignore|mini-css-extract|remark|mdx|graphql-tag|polymer-webpack|fast-sass|sass-resources)-loader',
].join('|')})$`);

/** What the settings of bundlers import beside plugins: helpers that ask git nothing. */
export const plainInSettings = /^(?:autoprefixer|cssnano|mdsvex|glob|fast-glob|globby|lodash(?:[.-].*)?|sass|less|stylus|typescript|vitest|dotenv(?:-.*)?|tslib|magic-string|(?:remark|rehype)-.*|react|react-dom|vue|svelte|preact|solid-js|browserslist(?:-.*)?|deepmerge|chalk|picocolors|terser|globals|cssnano-.*|lightningcss|shiki|@shikijs\/.*|@mui\/.*|unocss|daisyui|flowbite|@headlessui\/.*|@rollup\/.*|@types\/.*|webpack-.*|express|http-proxy-middleware|fs-extra|rimraf|semver|zod|ms)$/;

/** Names that packages have which a bundler or framework runs while it builds. */
export const pluginName = /(?:^@?|[/-])(?:vite|rollup|webpack|babel|postcss|esbuild|astro|nuxt|vitejs|astrojs|nuxtjs|gatsby|parcel|unplugin|docusaurus|snowpack|metro)(?:[/-]|$)|-(?:plugin|loader|preset|preprocess)s?(?:-|$)|(?:^|[/-])plugin-/;

/** Plugins of Maven that do not look at git (their pages at maven.apache.org, and of Spring Boot, Kotlin, …). */
export const plainMavenPlugins: ReadonlySet<string> = new Set(words(`
  maven-antrun-plugin maven-assembly-plugin maven-checkstyle-plugin maven-clean-plugin maven-compiler-plugin maven-dependency-plugin maven-deploy-plugin maven-ear-plugin maven-enforcer-plugin maven-failsafe-plugin maven-gpg-plugin maven-help-plugin maven-install-plugin maven-jar-plugin maven-javadoc-plugin maven-jxr-plugin maven-plugin-plugin maven-pmd-plugin maven-resources-plugin maven-shade-plugin maven-site-plugin maven-source-plugin maven-surefire-plugin maven-surefire-report-plugin maven-toolchains-plugin maven-war-plugin maven-wrapper-plugin maven-project-info-reports-plugin maven-bundle-plugin
  spring-boot-maven-plugin kotlin-maven-plugin jacoco-maven-plugin flyway-maven-plugin liquibase-maven-plugin protobuf-maven-plugin os-maven-plugin build-helper-maven-plugin exec-maven-plugin frontend-maven-plugin openapi-generator-maven-plugin lombok-maven-plugin quarkus-maven-plugin micronaut-maven-plugin native-maven-plugin jib-maven-plugin spotbugs-maven-plugin flatten-maven-plugin versions-maven-plugin jaxb2-maven-plugin jooq-codegen-maven appassembler-maven-plugin javafx-maven-plugin scala-maven-plugin jandex-maven-plugin hibernate-enhance-maven-plugin maven-processor-plugin apt-maven-plugin tomcat7-maven-plugin jetty-maven-plugin wildfly-maven-plugin payara-micro-maven-plugin liberty-maven-plugin
`));

/** Plugins of Gradle that do not look at git. */
export const plainGradlePlugins: ReadonlySet<string> = new Set(words(`
  java java-library java-platform java-test-fixtures application groovy scala war ear distribution base idea eclipse jacoco checkstyle pmd maven-publish signing kotlin kotlin-dsl antlr cpp
  org.springframework.boot io.spring.dependency-management org.graalvm.buildtools.native com.github.johnrengelman.shadow com.gradleup.shadow com.google.protobuf com.google.cloud.tools.jib org.flywaydb.flyway nu.studer.jooq io.freefair.lombok io.ktor.plugin io.quarkus io.micronaut.application io.micronaut.library com.github.ben-manes.versions org.openapi.generator com.google.devtools.ksp io.gitlab.arturbosch.detekt org.jlleitschuh.gradle.ktlint com.github.node-gradle.node org.asciidoctor.jvm.convert org.springdoc.openapi-gradle-plugin org.hibernate.orm
  jvm plugin.spring plugin.jpa plugin.serialization plugin.allopen plugin.noarg kapt multiplatform org.jetbrains.kotlin.jvm org.jetbrains.kotlin.plugin.spring org.jetbrains.kotlin.plugin.jpa org.jetbrains.kotlin.plugin.serialization org.jetbrains.kotlin.plugin.allopen org.jetbrains.kotlin.plugin.noarg org.jetbrains.kotlin.kapt org.jetbrains.kotlin.multiplatform
`));

/** Build dependencies of Cargo that do not look at git. */
export const plainBuildCrates: ReadonlySet<string> = new Set(words('cc cmake bindgen pkg-config autocfg rustc_version version_check prost-build tonic-build protobuf-codegen protoc-bin-vendored cxx-build lalrpop embed-resource winres winresource anyhow glob walkdir serde serde_json serde_yaml toml chrono regex quote syn proc-macro2 phf_codegen cbindgen tauri-build slint-build napi-build pyo3-build-config vcpkg which dunce tempfile uniffi rust-embed askama sqlx diesel_migrations capnpc ructe built_info'));

/** Plugins of sbt that do not look at git. */
export const plainSbtPlugins: ReadonlySet<string> = new Set(words('sbt-assembly sbt-native-packager sbt-revolver sbt-scalafmt sbt-scalafix sbt-plugin sbt-wartremover sbt-updates sbt-protoc sbt-twirl sbt-coursier sbt-tpolecat'));

/** References of .NET projects that only a build uses, and that do not look at git. */
export const plainBuildReferences: ReadonlySet<string> = new Set(words('Microsoft.EntityFrameworkCore.Design Microsoft.EntityFrameworkCore.Tools Microsoft.VisualStudio.Azure.Containers.Tools.Targets Microsoft.VisualStudio.Web.CodeGeneration.Design coverlet.collector coverlet.msbuild xunit.runner.visualstudio StyleCop.Analyzers SonarAnalyzer.CSharp Roslynator.Analyzers Microsoft.CodeAnalysis.NetAnalyzers Microsoft.CodeAnalysis.Analyzers Microsoft.CodeAnalysis.FxCopAnalyzers Microsoft.CodeAnalysis.CSharp NSwag.MSBuild Grpc.Tools Google.Protobuf.Tools Meziantou.Analyzer Microsoft.NET.Test.Sdk Microsoft.TypeScript.MSBuild Swashbuckle.AspNetCore').map((name) => name.toLowerCase()));
