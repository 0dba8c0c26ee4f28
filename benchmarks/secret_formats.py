"""Formats of secrets for measuring the secret filter, and values drawn from them.

In: a seeded random generator. Out: values of the vendors' documented formats, passwords, tokens.
No secret is written in this file: a prefix is split by ~, and the rest is drawn at run time.
"""

import string
from random import Random

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
    return make_field(BASE58 if letters == "c" else LETTERS[letters], int(length), rng)


def make_field(alphabet: str, length: int, rng: Random) -> str:
    """Return random characters; 8 and more of letters and digits hold a digit, and none begins with a joint."""
    digit = length >= 8 and not alphabet.isdigit() and any(c.isdigit() for c in alphabet)
    while True:
        made = "".join(rng.choices(alphabet, k=length))
        if made[0] not in "-_" and (not digit or any(c.isdigit() for c in made)):
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
