"""Made-up secrets for measuring the secret filter: kinds, places they stand in, and disguises.

In: a seeded random generator. Out: cases (text, kind, place, disguise), each holding one secret.
Values are drawn at run time from the vendors' documented formats; no secret is written in this file.
The generator knows formats, not the filter's rules.
"""

import base64
import html
import string
from random import Random
from typing import NamedTuple

LETTERS = {
    "A": string.ascii_letters + string.digits,
    "a": string.ascii_lowercase + string.digits,
    "U": string.ascii_uppercase + string.digits,
    "L": string.ascii_letters,
    "h": "0123456789abcdef",
    "H": "0123456789ABCDEF",
    "d": string.digits,
    "b": string.ascii_letters + string.digits + "+/",
    "w": string.ascii_letters + string.digits + "_-",
}
# name of the variable | format: {letters:length}; a prefix is split by ~ so that no scanner takes this file for a leak
KINDS = """
aws_access_key_id|AK~IA{U:16}
aws_session_key_id|AS~IA{U:16}
aws_secret_access_key|{b:40}
github_token|gh~p_{A:36}
github_oauth|gh~o_{A:36}
github_app_token|gh~s_{A:36}
github_refresh|gh~r_{A:76}
github_fine_grained|github~_pat_{A:22}_{A:59}
gitlab_token|gl~pat-{w:20}
gitlab_deploy|gl~dt-{w:20}
gitlab_runner|gl~rt-{w:20}
gitlab_trigger|gl~ptt-{h:40}
slack_bot|xo~xb-{d:12}-{d:12}-{A:24}
slack_user|xo~xp-{d:12}-{d:12}-{d:12}-{h:32}
slack_app|xa~pp-1-A{U:10}-{d:13}-{h:64}
slack_webhook|https://hooks.slack~.com/services/T{U:8}/B{U:8}/{A:24}
stripe_secret|sk~_live_{A:24}
stripe_test|sk~_test_{A:24}
stripe_restricted|rk~_live_{A:99}
stripe_webhook|wh~sec_{A:32}
google_api_key|AI~za{w:35}
google_client_secret|GOC~SPX-{w:28}
google_access|ya~29.{w:80}
google_refresh|1~//0{w:60}
fcm_server_key|AA~AA{w:7}:{w:140}
openai_key|sk~-{A:20}T3BlbkFJ{A:20}
openai_project|sk~-proj-{w:74}
anthropic_key|sk~-ant-api03-{w:93}AA
openrouter_key|sk~-or-v1-{h:64}
deepseek_key|sk~-{h:32}
huggingface_token|hf~_{L:34}
replicate_token|r8~_{A:37}
groq_key|gs~k_{A:52}
xai_key|xa~i-{A:80}
perplexity_key|pp~lx-{A:48}
pinecone_key|pc~sk_{A:6}_{A:64}
nvidia_key|nva~pi-{w:64}
tavily_key|tv~ly-{A:32}
langsmith_key|lsv2~_pt_{h:32}_{h:10}
sendgrid_key|SG~.{w:22}.{w:43}
mailgun_key|ke~y-{h:32}
mailchimp_key|{h:32}-us{d:1}
brevo_key|xkey~sib-{h:64}-{A:16}
resend_key|re~_{A:8}_{A:24}
twilio_account_sid|A~C{h:32}
twilio_api_key|S~K{h:32}
twilio_auth_token|{h:32}
npm_token|np~m_{A:36}
pypi_token|py~pi-AgEIcHlwaS5vcmc{w:80}
rubygems_key|rubyg~ems_{h:48}
docker_pat|dckr~_pat_{w:27}
nuget_key|oy~2{a:43}
artifactory_key|AK~Cp{A:69}
digitalocean_token|dop~_v1_{h:64}
heroku_api_key|{uuid}
fly_token|fo~1_{w:43}
netlify_token|nf~p_{A:36}
supabase_token|sb~p_{h:40}
planetscale_token|pscale~_tkn_{w:43}
planetscale_password|pscale~_pw_{w:43}
databricks_token|da~pi{h:32}
doppler_token|dp~.pt.{A:43}
vault_token|hv~s.{w:90}
terraform_token|{A:14}.at~lasv1.{w:67}
pulumi_token|pu~l-{h:40}
okta_token|0~0{w:40}
atlassian_token|AT~ATT3{w:186}
bitbucket_app_password|AT~BB{A:32}
linear_key|lin~_api_{A:40}
notion_token|nt~n_{A:46}
notion_secret|sec~ret_{A:43}
airtable_token|pa~t{A:14}.{h:64}
figma_token|fig~d_{w:40}
postman_key|PM~AK-{h:24}-{h:34}
hubspot_token|pa~t-na1-{uuid}
typeform_token|tf~p_{w:59}
sentry_token|sntry~u_{h:64}
newrelic_key|NR~AK-{U:27}
newrelic_licence|{h:36}NR~AL
datadog_api_key|{h:32}
datadog_app_key|{h:40}
grafana_token|gl~sa_{A:32}_{h:8}
dynatrace_token|dt0~c01.{U:24}.{U:64}
honeycomb_key|hcai~k_01{a:56}
posthog_key|ph~x_{A:43}
launchdarkly_key|sd~k-{uuid}
buildkite_token|bk~ua_{h:40}
circleci_token|CC~IPAT_{A:22}_{h:40}
sonar_token|sq~u_{h:40}
mapbox_token|sk.e~yJ1Ijoi{w:60}.{w:22}
square_token|sq0~atp-{w:22}
square_secret|sq0~csp-{w:43}
shopify_token|shp~at_{h:32}
shopify_secret|shp~ss_{h:32}
braintree_token|access_~token$production${a:16}${h:32}
plaid_token|access-~production-{uuid}
razorpay_key|rz~p_live_{A:14}
flutterwave_key|FLW~SECK-{h:32}-X
facebook_token|EA~A{A:120}
facebook_app_secret|{h:32}
twitter_bearer|AAAAAAAAAAAAAAAAAAAA~A{A:80}
twitter_consumer_secret|{A:50}
discord_bot|M{A:23}.{A:6}.{w:27}
discord_webhook|https://discord~.com/api/webhooks/{d:18}/{w:68}
telegram_bot|{d:10}:A~A{w:33}
dropbox_token|s~l.{w:130}
azure_client_secret|{A:3}8Q~~{A:34}
azure_storage_key|{b:86}==
azure_connection|DefaultEndpointsProtocol=https;AccountName=st{a:6};Account~Key={b:86}==;EndpointSuffix=core.windows.net
servicebus_connection|Endpoint=sb://{a:8}.servicebus.windows.net/;SharedAccessKeyName=root;SharedAccess~Key={b:43}=
alibaba_key|LT~AI{A:20}
alibaba_secret|{A:30}
tencent_secret_id|AK~ID{A:32}
yandex_key|AQ~VN{w:36}
cloudflare_api_token|{w:40}
cloudflare_global_key|{h:37}
ibm_cloud_key|{w:44}
algolia_admin_key|{h:32}
snyk_token|{uuid}
fastly_token|{w:32}
easypost_key|EZ~AK{A:54}
shippo_token|shippo_~live_{h:40}
duffel_token|duffel_~live_{w:43}
lob_key|li~ve_{h:35}
clerk_key|sk~_live_{A:40}
age_key|AGE-SECRET~-KEY-1{U:58}
tailscale_key|ts~key-auth-{A:12}-{A:32}
openshift_token|sha256~~{w:43}
octopus_key|AP~I-{U:27}
prefect_key|pn~u_{A:36}
apify_token|apify_~api_{A:36}
onepassword_token|ops~_eyJ{w:200}
jwt|e~yJhbGciOiJIUzI1NiJ9.e~yJzdWIiOiI{w:20}.{w:43}
session_token|{A:48}
api_key|{A:32}
api_secret|{w:40}
auth_token|{h:40}
access_token|{A:64}
refresh_token|{w:56}
client_secret|{A:36}
encryption_key|{h:64}
signing_secret|{h:32}
secret_key|{A:50}
private_key|{h:64}
webhook_secret|{A:32}
license_key|{U:5}-{U:5}-{U:5}-{U:5}-{U:5}
jwt_secret|{b:44}
hmac_key|{b:43}=
cookie_secret|{A:32}
bearer_token|{w:48}
service_token|{a:32}
app_secret|{a:32}
admin_key|{A:24}
wifi_psk|{pass}
password|{pass}
db_password|{pass}
DATABASE_PASSWORD|{pass}
smtp_pass|{pass}
rootpw|{pass}
admin_password|{pass}
keystore_password|{pass}
redis_password|{A:20}
user_pwd|{pass}
ldap_bind_password|{pass}
PGPASSWORD|{pass}
ftp_password|{pass}
postgres_dsn|postgresql://app:{pass}@db.corp.internal:5432/main
mysql_dsn|mysql://root:{pass}@10.2.0.7/shop
mongo_uri|mongodb+srv://svc:{pass}@cluster0.ab1cd.mongodb.net/prod
redis_url|redis://:{A:24}@cache.corp.internal:6379/0
amqp_url|amqp://guest1:{pass}@mq.corp.internal/vhost
basic_url|https://deploy:{pass}@git.corp.internal/team/repo.git
sqlserver_connection|Server=db1;Database=app;User Id=sa;Password={pass};Encrypt=true
rsa_key|-----BEGIN RSA ~PRIVATE KEY-----\\n{b:64}\\n{b:64}\\n{b:64}\\n-----END RSA ~PRIVATE KEY-----
openssh_key|-----BEGIN OPENSSH ~PRIVATE KEY-----\\nb3BlbnNzaC1rZXktdjE{b:50}\\n{b:70}\\n{b:70}\\n-----END OPENSSH ~PRIVATE KEY-----
bcrypt_hash|$2~b$12${A:53}
sha512_crypt|$6~${A:12}${A:86}
bitcoin_wif|5~J{c:49}
ethereum_private_key|0x{h:64}
"""
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
PLACES = {
    "python": "import os\n\n{n} = \"{v}\"\nclient = connect({n})\n",
    "python single": "class Settings:\n    {N} = '{v}'\n    retries = 3\n",
    "python dict": "config = {{\n    'host': 'db',\n    '{n}': '{v}',\n}}\n",
    "python keyword": "client = Client(region='eu', {n}='{v}', timeout=5)\n",
    "python typed": "def run({n}: str = \"{v}\", retries: int = 2) -> None:\n    pass\n",
    "python environ": "os.environ[\"{N}\"] = \"{v}\"\n",
    "python getenv": "{n} = os.getenv(\"{N}\", \"{v}\")\n",
    "python compare": "if request.args['{n}'] == '{v}':\n    return True\n",
    "js const": "const {c} = '{v}';\nfetch(url, {{ {c} }});\n",
    "js object": "module.exports = {{\n  {c}: \"{v}\",\n  debug: true,\n}};\n",
    "js template": "const {c} = `{v}`;\n",
    "json": "{{\"name\": \"svc\", \"{n}\": \"{v}\", \"port\": 8080}}",
    "json pretty": "{{\n  \"{n}\": \"{v}\"\n}}\n",
    "yaml": "service:\n  name: shop\n  {n}: {v}\n  debug: false\n",
    "yaml quoted": "env:\n  - name: {N}\n    value: \"{v}\"\n",
    "env": "DEBUG=1\n{N}={v}\nPORT=80\n",
    "env quoted": "{N}=\"{v}\"\n",
    "shell export": "#!/bin/sh\nexport {N}={v}\n./run.sh\n",
    "shell flag": "deploy --region eu --{k}={v} --wait\n",
    "shell flag blank": "deploy --{k} {v} --wait\n",
    "dockerfile": "FROM alpine\nENV {N}={v}\n",
    "ini": "[server]\nhost = a\n{n} = {v}\n",
    "properties": "app.{k}={v}\napp.port=80\n",
    "toml": "[auth]\n{n} = \"{v}\"\n",
    "xml element": "<config><{n}>{v}</{n}></config>\n",
    "xml attribute": "<add key=\"{N}\" value=\"{v}\" />\n",
    "markdown bold": "Set the **{s}**: `{v}` before the first run.\n",
    "markdown is": "For now the {s} is `{v}`, rotate it later.\n",
    "prose": "Hi team, our {s} is {v} and it works on staging.\n",
    "prose colon": "{s}: {v}\n",
    "prose use": "Please use {v} as the {s} when you run the job.\n",
    "log": "2024-05-01 12:00:00 INFO starting with {n}={v} retries=3\n",
    "log json": "INFO payload={{\\\"{n}\\\": \\\"{v}\\\"}}\n",
    "comment": "# {s}: {v}\ndef main():\n    return 1\n",
    "c define": "#define {N} \"{v}\"\n",
    "java setter": "client.set{P}(\"{v}\");\n",
    "go": "{c} := \"{v}\"\n",
    "php define": "define('{N}', '{v}');\n",
    "ruby hash": "{{ :{n} => '{v}' }}\n",
    "header": "curl -H 'X-{P}: {v}' http://svc.internal/x\n",
    "docstring": "def f():\n    \"\"\"Call the service.\n\n    >>> f({n}='{v}')\n    \"\"\"\n",
    "table": "| setting | value |\n|---|---|\n| {s} | {v} |\n",
}  # fmt: skip
DISGUISES = (
    "none", "none", "none", "zero width", "look-alikes", "hex escapes", "unicode escapes", "percent", "entities",
    "adjacent", "plus", "base64", "hex", "characters", "codes", "wrapped", "full width", "soft hyphen",
)  # fmt: skip


class Case(NamedTuple):
    """text holds one secret. kind, place, disguise: what it is, where it stands, how it is hidden."""

    text: str
    kind: str
    place: str
    disguise: str


def make_cases(seed: int, count: int) -> list[Case]:
    """Return cases, kinds in turn, place and disguise drawn."""
    rng = Random(f"secret cases {seed}")
    kinds = [line.split("|", 1) for line in KINDS.strip().splitlines()]
    places = list(PLACES)
    made = []
    while len(made) < count:
        name, form = kinds[len(made) % len(kinds)]
        place, disguise = rng.choice(places), rng.choice(DISGUISES)
        value = make_value(form, rng)
        if place in ("prose use", "table", "shell flag blank") and " " in value:
            continue
        shown = hide(value, disguise, rng)
        if shown is None or (
            disguise in ("adjacent", "plus", "characters", "codes")
            and "'{v}'" not in PLACES[place]
            and '"{v}"' not in PLACES[place]
        ):
            shown, disguise = value, "none"
        text = fill(PLACES[place], name, shown)
        if disguise in ("adjacent", "plus", "characters", "codes"):
            text = open_literal(text, shown, disguise)
        made.append(Case(text, name, place, disguise))
    return made


def make_value(form: str, rng: Random) -> str:
    """Return a value drawn from a format."""
    out, rest = "", form.replace("\\n", "\n")
    rest = rest.replace("~~", "\0").replace("~", "").replace("\0", "~")
    while "{" in rest:
        before, _, rest = rest.partition("{")
        field, _, rest = rest.partition("}")
        out += before + _field(field, rng)
    return out + rest


def _field(field: str, rng: Random) -> str:
    if field == "uuid":
        return "-".join("".join(rng.choices(LETTERS["h"], k=k)) for k in (8, 4, 4, 4, 12))
    if field == "pass":
        return make_password(rng)
    letters, _, length = field.partition(":")
    alphabet = BASE58 if letters == "c" else LETTERS[letters]
    while True:
        made = "".join(rng.choices(alphabet, k=int(length)))
        if (
            letters == "d"
            or len(made) < 8
            or ((any(c.isdigit() for c in made) or letters == "L") and made[0] not in "-_")
        ):
            return made


def make_password(rng: Random) -> str:
    """Return a password as people make them: a word with changes, or random characters."""
    word = rng.choice(
        [
            "summer",
            "winter",
            "dragon",
            "monkey",
            "falcon",
            "welcome",
            "orange",
            "silver",
            "hunter",
            "shadow",
            "copper",
            "tiger",
        ]
    )
    style = rng.randrange(5)
    if style == 0:
        return word.title() + str(rng.randrange(1000, 9999)) + rng.choice("!#*?")
    if style == 1:
        return (
            word.replace("e", "3").replace("o", "0").replace("a", "4").title()
            + rng.choice("!#*?")
            + str(rng.randrange(10, 99))
        )
    if style == 2:
        return "".join(rng.choices(LETTERS["A"] + "!#*?+.", k=14)) + str(rng.randrange(10))
    if style == 3:
        return word + rng.choice("-_.") + rng.choice(["river", "stone", "cloud"]) + str(rng.randrange(10, 9999))
    return "".join(rng.choices(LETTERS["a"], k=10)) + str(rng.randrange(10, 99))


def fill(place: str, name: str, value: str) -> str:
    """Return a place with name and value put in; the name in the spelling that the place asks for."""
    parts = name.lower().split("_")
    camel = parts[0] + "".join(part.title() for part in parts[1:])
    return place.format(
        n=name,
        N=name.upper(),
        c=camel,
        k="-".join(parts),
        P="".join(p.title() for p in parts),
        s=" ".join(parts),
        v=value,
    )


def hide(value: str, disguise: str, rng: Random) -> str | None:
    """Return the value in a disguise, None where the disguise does not suit it."""
    middle = rng.randrange(3, max(4, len(value) - 3))
    if disguise in ("none", "adjacent", "plus", "characters", "codes"):
        return value if disguise == "none" or "\n" not in value else None
    if "\n" in value or "://" in value:
        return None
    if disguise == "zero width":
        return value[:middle] + "\u200b" + value[middle:]
    if disguise == "soft hyphen":
        return value[:middle] + "\u00ad" + value[middle:]
    if disguise == "full width":
        return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in value)
    if disguise == "look-alikes":
        table = str.maketrans("aceopxyABEHKMOPTX", "асеорхуАВЕНКМОРТХ")
        return value.translate(table)
    if disguise == "hex escapes":
        return "".join(f"\\x{ord(c):02x}" for c in value)
    if disguise == "unicode escapes":
        return "".join(f"\\u{ord(c):04x}" for c in value)
    if disguise == "percent":
        return "".join(f"%{ord(c):02X}" for c in value)
    if disguise == "entities":
        return (
            "".join(f"&#{ord(c)};" for c in value) if rng.random() < 0.5 else html.escape(value.replace("-", "&#45;"))
        )
    if disguise == "base64":
        return base64.b64encode(value.encode()).decode()
    if disguise == "hex":
        return value.encode().hex()
    if disguise == "wrapped":
        return value[:middle] + "\\\n" + value[middle:]
    return None


def open_literal(text: str, value: str, disguise: str) -> str:
    """Return the text with the literal of the value written in pieces."""
    quote = '"' if f'"{value}"' in text else "'"
    middle = max(1, len(value) // 2)
    halves = [f"{quote}{half}{quote}" for half in (value[:middle], value[middle:])]
    written = {
        "adjacent": " ".join(halves),
        "plus": " + ".join(halves),
        "characters": f"{quote}{quote}.join([" + ", ".join(f"{quote}{c}{quote}" for c in value) + "])",
        "codes": "bytes([" + ", ".join(str(ord(c)) for c in value) + "])",
    }
    return text.replace(f"{quote}{value}{quote}", written[disguise])
