"""Fake one-line secrets with the right format, made at run time: no value in here ever opened anything.

In: a Random. Out: `TOKENS`, (kind, service, variable name, maker) each, with the vendor's prefix, length,
alphabet and checksum, as documented in 2026. Prefixes are put together from parts, so that no scanner
mistakes this file for a leak. Multi-line keys and people's data are in the files beside.
"""

import base64
import binascii
import json
import string
from random import Random

from generation.checks.canary_text import (
    ALNUM,
    BASE32,
    HEX,
    LOWER,
    UPPER,
    URLSAFE,
    Maker,
    encode_base58check,
    encode_bech32,
    pick,
    split_in_fives,
)

_WORDS = ("Maple", "harbor", "Quartz", "lantern", "Falcon", "velvet", "Cobalt", "meadow", "Ember", "glacier", "Juniper",
          "orchid", "Saffron", "thunder", "Willow", "zephyr", "Onyx", "pepper", "Drift", "anchor")


def _bytes64(rng: Random, length: int, urlsafe: bool = False) -> str:
    encode = base64.urlsafe_b64encode if urlsafe else base64.b64encode
    return encode(rng.randbytes(length)).decode()


def _uuid(rng: Random) -> str:
    digits = pick(rng, HEX, 32)
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{rng.choice('89ab')}{digits[17:20]}-{digits[20:]}"


def _with_crc(rng: Random, prefix: str) -> str:
    """30 random characters and their CRC-32 in 6 base-62 digits.

    # Source: GitHub blog, "Behind GitHub's new authentication token formats" (2021); npm uses the same.
    """
    body = pick(rng, ALNUM, 30)
    check, digits = binascii.crc32(body.encode()), ""
    for _ in range(6):
        check, at = divmod(check, 62)
        digits = ALNUM[at] + digits
    return prefix + body + digits


def make_jwt(rng: Random) -> str:
    """Return a signed JSON web token whose header and claims are real JSON."""
    header = {"alg": "HS256", "typ": "JWT"}
    begun = rng.randrange(1_690_000_000, 1_780_000_000)
    claims = {"sub": str(rng.randrange(10**5, 10**9)), "role": rng.choice(("admin", "service", "editor")),
              "iat": begun, "exp": begun + 86_400}
    parts = [base64.urlsafe_b64encode(json.dumps(p, separators=(",", ":")).encode()) for p in (header, claims)]
    parts.append(base64.urlsafe_b64encode(rng.randbytes(32)))
    return ".".join(part.rstrip(b"=").decode() for part in parts)


def make_password(rng: Random) -> str:
    """Return a password of one of the forms people and managers use."""
    form = rng.randrange(4)
    if form == 0:
        return rng.choice(_WORDS) + rng.choice("-_.!#") + rng.choice(_WORDS) + str(rng.randrange(100, 9999))
    if form == 1:
        return pick(rng, ALNUM + "!#%+-_=", rng.randrange(14, 24))
    if form == 2:
        word = rng.choice(_WORDS)
        return word.replace("a", "4").replace("e", "3").replace("o", "0") + str(rng.randrange(1000, 9999)) + "!"
    return pick(rng, ALNUM, rng.randrange(16, 28))


def _discord_token(rng: Random) -> str:
    user = base64.urlsafe_b64encode(str(rng.randrange(10**17, 10**18)).encode()).decode().rstrip("=")
    return f"{user}.{'G' + pick(rng, URLSAFE, 5)}.{pick(rng, URLSAFE, 38)}"


def _azure_secret(rng: Random) -> str:
    return f"{pick(rng, ALNUM, 3)}8Q~{pick(rng, URLSAFE + '~.', 33)}{pick(rng, ALNUM, 1)}"


def _pypi(rng: Random) -> str:
    body = b"\x02\x01\x08" + b"pypi.org" + b"\x02\x24" + _uuid(rng).encode() + b"\x00\x02\x2a[3,"
    body += b'"' + _uuid(rng).encode() + b'"]\x00\x00\x06\x20' + rng.randbytes(32)
    return "pypi" + "-" + base64.urlsafe_b64encode(body).decode().rstrip("=")


def _openai(rng: Random) -> str:
    return "sk-" + "proj-" + pick(rng, URLSAFE, 74) + "T3Blbk" + "FJ" + pick(rng, URLSAFE, 74)


def _age(rng: Random) -> str:
    return encode_bech32("age-secret-key-", split_in_fives(rng.randbytes(32))).upper()


def _form(prefix: str, alphabet: str, length: int, suffix: str = "") -> Maker:
    return lambda rng: prefix + pick(rng, alphabet, length) + suffix


# kind, service as people say it, variable name, maker
TOKENS: tuple[tuple[str, str, str, Maker], ...] = (
    ("aws_access_key_id", "AWS", "AWS_ACCESS_KEY_ID", _form("AK" + "IA", BASE32, 16)),
    ("aws_secret_key", "AWS", "AWS_SECRET_ACCESS_KEY", _form("", ALNUM + "+/", 40)),
    ("aws_temporary_key_id", "AWS", "AWS_ACCESS_KEY_ID", _form("AS" + "IA", BASE32, 16)),
    ("gcp_api_key", "Google Maps", "GOOGLE_API_KEY", _form("AI" + "za", URLSAFE, 35)),
    ("gcp_client_secret", "Google OAuth", "GOOGLE_CLIENT_SECRET", _form("GOC" + "SPX-", URLSAFE, 28)),
    ("azure_client_secret", "Azure", "AZURE_CLIENT_SECRET", _azure_secret),
    ("azure_storage_key", "Azure storage", "AZURE_STORAGE_KEY", lambda rng: _bytes64(rng, 64)),
    ("azure_devops_token", "Azure DevOps", "AZURE_DEVOPS_EXT_PAT", _form("", string.ascii_lowercase + "234567", 52)),
    ("github_classic", "GitHub", "GITHUB_TOKEN", lambda rng: _with_crc(rng, "gh" + "p_")),
    ("github_oauth", "GitHub", "GH_OAUTH_TOKEN", lambda rng: _with_crc(rng, "gh" + "o_")),
    ("github_app", "GitHub", "GH_APP_TOKEN", lambda rng: _with_crc(rng, "gh" + "s_")),
    ("github_fine_grained", "GitHub", "GH_TOKEN",
     lambda rng: "github" + "_pat_" + pick(rng, ALNUM, 22) + "_" + pick(rng, ALNUM, 59)),
    ("gitlab_token", "GitLab", "GITLAB_TOKEN", _form("gl" + "pat-", URLSAFE, 20)),
    ("gitlab_runner_token", "GitLab", "RUNNER_TOKEN", _form("gl" + "rt-", URLSAFE, 20)),
    ("slack_bot_token", "Slack", "SLACK_BOT_TOKEN", lambda rng: "xo" + "xb-" + "-".join(
        (pick(rng, "123456789", 12), pick(rng, "123456789", 13), pick(rng, ALNUM, 24)))),
    ("slack_user_token", "Slack", "SLACK_TOKEN", lambda rng: "xo" + "xp-" + "-".join(
        (*(pick(rng, "123456789", 12) for _ in range(3)), pick(rng, HEX, 32)))),
    ("slack_app_token", "Slack", "SLACK_APP_TOKEN", lambda rng: "xa" + "pp-1-A" + "-".join(
        (pick(rng, UPPER, 10), pick(rng, "123456789", 13), pick(rng, HEX, 64)))),
    ("stripe_secret_key", "Stripe", "STRIPE_SECRET_KEY", _form("sk_" + "live_51", ALNUM, 97)),
    ("stripe_restricted_key", "Stripe", "STRIPE_KEY", _form("rk_" + "live_", ALNUM, 24)),
    ("stripe_webhook_secret", "Stripe", "STRIPE_WEBHOOK_SECRET", _form("wh" + "sec_", ALNUM, 32)),
    ("twilio_key", "Twilio", "TWILIO_API_KEY", _form("S" + "K", HEX, 32)),
    ("twilio_auth_token", "Twilio", "TWILIO_AUTH_TOKEN", _form("", HEX, 32)),
    ("sendgrid_key", "SendGrid", "SENDGRID_API_KEY",
     lambda rng: "S" + "G." + pick(rng, URLSAFE, 22) + "." + pick(rng, URLSAFE, 43)),
    ("mailgun_key", "Mailgun", "MAILGUN_API_KEY", _form("key" + "-", HEX, 32)),
    ("mailchimp_key", "Mailchimp", "MAILCHIMP_API_KEY", lambda rng: pick(rng, HEX, 32) + f"-us{rng.randrange(1, 22)}"),
    ("openai_key", "OpenAI", "OPENAI_API_KEY", _openai),
    ("openai_legacy_key", "OpenAI", "OPENAI_API_KEY",
     lambda rng: "sk-" + pick(rng, ALNUM, 20) + "T3Blbk" + "FJ" + pick(rng, ALNUM, 20)),
    ("anthropic_key", "Anthropic", "ANTHROPIC_API_KEY", _form("sk-" + "ant-api03-", URLSAFE, 93, "AA")),
    ("huggingface_token", "Hugging Face", "HF_TOKEN", _form("h" + "f_", string.ascii_letters, 34)),
    ("groq_key", "Groq", "GROQ_API_KEY", _form("gs" + "k_", ALNUM, 52)),
    ("replicate_token", "Replicate", "REPLICATE_API_TOKEN", _form("r" + "8_", ALNUM, 37)),
    ("npm_token", "npm", "NPM_TOKEN", lambda rng: _with_crc(rng, "np" + "m_")),
    ("pypi_token", "PyPI", "TWINE_PASSWORD", _pypi),
    ("rubygems_key", "RubyGems", "GEM_HOST_API_KEY", _form("ruby" + "gems_", HEX, 48)),
    ("docker_token", "Docker Hub", "DOCKER_PASSWORD", _form("dckr" + "_pat_", URLSAFE, 27)),
    ("databricks_token", "Databricks", "DATABRICKS_TOKEN", _form("da" + "pi", HEX, 32)),
    ("digitalocean_token", "DigitalOcean", "DIGITALOCEAN_TOKEN", _form("do" + "p_v1_", HEX, 64)),
    ("cloudflare_token", "Cloudflare", "CLOUDFLARE_API_TOKEN", _form("", URLSAFE, 40)),
    ("newrelic_key", "New Relic", "NEW_RELIC_API_KEY", _form("NR" + "AK-", UPPER, 27)),
    ("grafana_token", "Grafana", "GRAFANA_TOKEN",
     lambda rng: "gl" + "sa_" + pick(rng, ALNUM, 32) + "_" + pick(rng, HEX, 8)),
    ("shopify_token", "Shopify", "SHOPIFY_ACCESS_TOKEN", _form("shp" + "at_", HEX, 32)),
    ("square_secret", "Square", "SQUARE_SECRET", _form("sq0" + "csp-", URLSAFE, 43)),
    ("linear_key", "Linear", "LINEAR_API_KEY", _form("lin" + "_api_", ALNUM, 40)),
    ("notion_token", "Notion", "NOTION_TOKEN", _form("nt" + "n_", ALNUM, 46)),
    ("postman_key", "Postman", "POSTMAN_API_KEY",
     lambda rng: "PM" + "AK-" + pick(rng, HEX, 24) + "-" + pick(rng, HEX, 34)),
    ("telegram_bot_token", "Telegram", "TELEGRAM_BOT_TOKEN",
     lambda rng: f"{rng.randrange(10**9, 8 * 10**9)}:AA{pick(rng, URLSAFE, 33)}"),
    ("discord_bot_token", "Discord", "DISCORD_TOKEN", _discord_token),
    ("vault_token", "Vault", "VAULT_TOKEN", _form("hv" + "s.CAES", URLSAFE, 90)),
    ("terraform_token", "Terraform Cloud", "TF_API_TOKEN",
     lambda rng: pick(rng, ALNUM, 14) + ".atlas" + "v1." + pick(rng, ALNUM, 67)),
    ("doppler_token", "Doppler", "DOPPLER_TOKEN", _form("dp" + ".pt.", ALNUM, 43)),
    ("airtable_token", "Airtable", "AIRTABLE_TOKEN",
     lambda rng: "pat" + pick(rng, ALNUM, 14) + "." + pick(rng, HEX, 64)),
    ("supabase_token", "Supabase", "SUPABASE_ACCESS_TOKEN", _form("sb" + "p_", HEX, 40)),
    ("heroku_key", "Heroku", "HEROKU_API_KEY", _uuid),
    ("datadog_key", "Datadog", "DD_API_KEY", _form("", HEX, 32)),
    ("age_secret_key", "age", "AGE_KEY", _age),
    ("bitcoin_private_key", "the wallet", "WALLET_PRIVATE_KEY",
     lambda rng: encode_base58check(b"\x80" + rng.randbytes(32) + b"\x01")),
    ("ethereum_private_key", "the deployer wallet", "DEPLOYER_PRIVATE_KEY", lambda rng: "0x" + pick(rng, HEX, 64)),
    ("jwt", "the admin session", "ACCESS_TOKEN", make_jwt),
    ("django_secret_key", "Django", "SECRET_KEY", _form("", LOWER + "!@#$%^&*(-_=+)", 50)),
    ("generic_password", "the database", "DB_PASSWORD", make_password),
)
