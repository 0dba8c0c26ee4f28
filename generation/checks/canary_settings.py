"""Passages in which it is the place that makes the secret: passwords in settings, commands, URLs, cookies.

In: a Random. Out: `SETTINGS`, (kind, context, maker of the whole passage) each, filled from templates in
which «name» or «name:length» stands for a value made on the spot.
"""

import base64
import re
from collections.abc import Callable
from random import Random
from urllib.parse import quote

from generation.checks.canary_text import ALNUM, HEX, LOWER, UPPER, URLSAFE, Maker, pick
from generation.checks.canary_tokens import make_jwt, make_password

_USERS = ("billing", "reporting", "svc_orders", "deploy", "mkessler", "warehouse", "root", "admin")
_HOSTS = ("db-03.ordersync.io", "pg.internal.lagerhaus.net", "10.40.7.12", "mq.parcelwise.dev", "cache-2.ordersync.io")


def _guid(rng: Random) -> str:
    digits = pick(rng, HEX, 32)
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"


def _base64(rng: Random, length: int) -> str:
    return base64.b64encode(rng.randbytes(length)).decode()


_SETS = {"alnum": ALNUM, "lower": LOWER, "upper": UPPER, "hex": HEX, "urlsafe": URLSAFE, "digits": "123456789",
         "crypt": "./" + ALNUM, "uppercase_hex": UPPER[:16], "symbols": ALNUM + "!#-_"}
_VALUES: dict[str, Callable[[Random], str]] = {
    "user": lambda rng: rng.choice(_USERS),
    "host": lambda rng: rng.choice(_HOSTS),
    "password": make_password,
    "escaped_password": lambda rng: quote(make_password(rng), safe=""),
    "encoded_password": lambda rng: base64.b64encode(make_password(rng).encode()).decode(),
    "encoded_pair": lambda rng: base64.b64encode(f"{rng.choice(_USERS)}:{make_password(rng)}".encode()).decode(),
    "jwt": make_jwt,
    "guid": _guid,
    "key64": lambda rng: _base64(rng, 64),
    "escaped_key32": lambda rng: quote(_base64(rng, 32), safe=""),
    "escaped_signature": lambda rng: quote(_base64(rng, 32).rstrip("="), safe=""),
}
_PLACE = re.compile(r"«(\w+)(?::(\d+))?»")


def fill(template: str, rng: Random) -> str:
    """Return the template with each place filled; raises KeyError for a name that is neither value nor alphabet."""
    def make(place: re.Match[str]) -> str:
        name, length = place.groups()
        return pick(rng, _SETS[name], int(length)) if length else _VALUES[name](rng)

    return _PLACE.sub(make, template)


def _maker(template: str) -> Maker:
    return lambda rng: fill(template, rng)


_LOGIN = "«user»:«escaped_password»@«host»"
_HOOK = "https://hooks.slack" + ".com/services/T0«upper:9»/B0«upper:9»/«alnum:24»"
_STORAGE = ("DefaultEndpointsProtocol=https;AccountName=«lower:12»;Account" + "Key=«key64»"
            ";EndpointSuffix=core.windows.net")

_URLS = (
    ("postgres_url", "python", f'engine = create_engine("postgresql+psycopg://{_LOGIN}:5432/orders", pool_size=5)'),
    ("postgres_url", "dotenv", f"DATABASE_URL=postgres://{_LOGIN}:5432/stock\nWEB_CONCURRENCY=4"),
    ("postgres_url", "markdown_prose", f"The nightly job reads from postgresql://{_LOGIN}:5432/main and writes back."),
    ("mysql_url", "python", f'engine = create_engine("mysql+pymysql://{_LOGIN}:3306/orders")'),
    ("mongodb_url", "dotenv", f"MONGO_URL=mongodb://{_LOGIN}:27017/stock?authSource=admin\nPOOL=4"),
    ("mongodb_srv_url", "javascript",
     "mongoose.connect('mongodb+srv://«user»:«escaped_password»@cluster0.«lower:5».mongodb.net/stock');"),
    ("redis_url", "yaml", "cache:\n  url: redis://:«escaped_password»@«host»:6379/0\n  ttl: 60"),
    ("amqp_url", "yaml", f"broker:\n  url: amqps://{_LOGIN}:5671/stock\n  prefetch: 20"),
    ("jdbc_url", "config_file",
     "spring.datasource.url=jdbc:postgresql://«host»/stock?user=«user»&password=«escaped_password»"),
    ("basic_auth_url", "shell", "git clone https://«user»:«escaped_password»@git.ordersync.io/core/stock.git"),
    ("basic_auth_url", "markdown_prose",
     "The mirror answers at https://«user»:«escaped_password»@mirror.lagerhaus.net/simple/ only."),
    ("ftp_url", "python", f'UPLOAD = "ftp://{_LOGIN}/incoming"'),
    ("azure_sas_url", "markdown_prose",
     "Download it from https://«lower:10».blob.core.windows.net/exports/stock.csv?sv=2023-11-03&sr=b"
     "&se=2027-01-01T00%3A00%3A00Z&sp=r&sig=«escaped_key32»"),
    ("slack_webhook", "python", f'HOOK = "{_HOOK}"\nrequests.post(HOOK, json=note)'),
    ("slack_webhook", "markdown_prose", f"Failures are posted to {_HOOK} once an hour."),
    ("discord_webhook", "yaml",
     "alerts:\n  webhook: https://discord" + ".com/api/webhooks/«digits:18»/«urlsafe:68»"),
    ("teams_webhook", "json",
     '{\n  "webhook": "https://ordersync.webhook.office.com/webhookb2/«guid»@«guid»/IncomingWebhook/«hex:32»/«guid»"\n}'),
    ("sentry_dsn", "python",
     'sentry_sdk.init(dsn="https://«hex:32»:«hex:32»@o«digits:6».ingest.sentry.io/«digits:7»")'),
)

_HEADERS = (
    ("basic_auth_header", "http_header",
     "GET /v1/stock HTTP/1.1\nHost: «host»\nAuthorization: Basic «encoded_pair»\nAccept: application/json"),
    ("bearer_header", "http_header",
     "GET /v1/orders HTTP/1.1\nHost: api.ordersync.io\nAuthorization: Bearer «jwt»"),
    ("api_key_header", "python", 'headers = {"X-API-Key": "«alnum:40»", "Accept": "text/csv"}'),
    ("session_cookie", "http_header", "GET /account HTTP/1.1\nCookie: theme=dark; sessionid=«lower:32»"),
    ("session_cookie", "python", 'cookies = {"PHPSESSID": "«lower:26»"}\npage = get(address, cookies=cookies)'),
    ("session_cookie", "log_line", "GET /basket 200 12ms cookie=connect.sid=s%3A«urlsafe:32».«escaped_signature»"),
    ("session_cookie", "command_line", "curl -b 'JSESSIONID=«uppercase_hex:32»' https://shop.parcelwise.dev/admin"),
)

_FILES = (
    ("sql_server_connection", "config_file",
     "Server=tcp:«host»,1433;Database=stock;User Id=«user»;Password=«symbols:18»;Encrypt=true;"),
    ("azure_storage_connection", "config_file", _STORAGE),
    ("azure_storage_connection", "python",
     f'conn = "{_STORAGE}"\nclient = BlobServiceClient.from_connection_string(conn)'),
    ("password_setting", "yaml", 'database:\n  host: «host»\n  user: «user»\n  password: "«password»"'),
    ("password_setting", "ini", "[database]\nuser = «user»\npassword = «password»\nport = 5432"),
    ("password_setting", "xml",
     "<datasource>\n  <user>«user»</user>\n  <password>«symbols:16»</password>\n</datasource>"),
    ("password_attribute", "xml", '<add key="SmtpPassword" value="«symbols:16»" />'),
    ("password_setting", "json", '{\n  "user": "«user»",\n  "password": "«password»"\n}'),
    ("password_setting", "dotenv", "SMTP_USER=«user»\nSMTP_PASSWORD=«password»\nSMTP_PORT=587"),
    ("password_setting", "dockerfile",
     "FROM postgres:16\nENV POSTGRES_USER=«user» \\\n    POSTGRES_PASSWORD=«alnum:20»"),
    ("password_setting", "terraform",
     'resource "aws_db_instance" "stock" {\n  username = "«user»"\n  password = "«password»"\n}'),
    ("netrc_line", "config_file", "machine git.ordersync.io login «user» password «alnum:20»"),
    ("pgpass_line", "config_file", "«host»:5432:stock:«user»:«alnum:18»"),
    ("npmrc_line", "config_file",
     "registry=https://npm.ordersync.io/\n//npm.ordersync.io/:_auth" + "Token=«hex:40»"),
    ("shadow_line", "config_file", "«user»:$6$«crypt:16»$«crypt:86»:19874:0:99999:7:::"),
    ("htpasswd_line", "config_file", "«user»:$2y$10$«crypt:53»"),
    ("docker_config", "json",
     '{\n  "auths": {\n    "registry.ordersync.io": {\n      "auth": "«encoded_pair»"\n    }\n  }\n}'),
    ("kubernetes_secret", "yaml",
     "apiVersion: v1\nkind: Secret\nmetadata:\n  name: orders-db\ndata:\n  password: «encoded_password»"),
)

_CODE = (
    ("password_assignment", "python", 'DB_USER = "«user»"\nDB_PASSWORD = "«password»"'),
    ("password_argument", "python", 'conn = connect(host="«host»", user="«user»", password="«password»")'),
    ("password_dictionary", "python", "LOGIN = {'username': '«user»', 'passwd': '«password»'}"),
    ("password_comparison", "python", 'if user == "«user»" and password == "«password»":\n    grant(user)'),
    ("password_setting", "javascript", "const pool = new Pool({ user: '«user»', password: '«password»' });"),
    ("password_option", "command_line", "mysql -h «host» -u «user» -p«alnum:16» stock < dump.sql"),
    ("password_option_sshpass", "command_line", "sshpass -p '«password»' scp out.csv «user»@«host»:/srv/"),
    ("password_option_curl", "command_line", "curl -u «user»:«alnum:18» https://api.ordersync.io/v1/me"),
    ("password_variable", "command_line", "PGPASSWORD=«alnum:16» psql -h «host» -U «user» stock"),
    ("password_option_docker", "command_line",
     "docker login -u «user» --password «alnum:20» registry.ordersync.io"),
    ("password_option_redis", "command_line", "redis-cli -h «host» -a «alnum:24» ping"),
    ("password_prose", "markdown_prose", "The password for the staging database is «password» and the user is «user»."),
    ("password_prose_quoted", "markdown_prose", "Log in as «user» with password `«password»`, then start the import."),
    ("password_prose", "docstring", 'def open_vault():\n    """Open the vault.\n\n    Passphrase: «password»\n    """'),
    ("password_log", "log_line", "2025-03-11 07:12:55 ERROR login failed user=«user» password=«password» tries=2"),
    ("oauth_client_secret", "python", 'client_id = "orders"\nclient_secret = "«urlsafe:43»"'),
    ("hmac_key", "python", 'digest = hmac.new(b"«alnum:32»", body, "sha256").hexdigest()'),
    ("api_key_hex", "markdown_prose", "Set the api key to «hex:40» in the settings page."),
    ("split_token", "python",
     'TOKEN = (\n    "gh' + 's_«alnum:14»"\n    "«alnum:22»"\n)\nclient = Client(TOKEN)'),
)

SETTINGS: tuple[tuple[str, str, Maker], ...] = tuple(
    (kind, context, _maker(template)) for kind, context, template in (*_URLS, *_HEADERS, *_FILES, *_CODE)
)
