"""Ordinary text that looks like secrets or personal data and is none: a secret filter must keep it.

Placeholders, look-ups, reserved addresses, digests and identifiers as test data, encoded plain text,
long names. Written for this project, one line each.
"""

HARD_NEGATIVES = tuple(
    r"""
api_key = "YOUR_API_KEY"
api_key = "<your-api-key>"
token = "<token>"
OPENAI_API_KEY=sk-...
OPENAI_API_KEY="sk-xxxxxxxx"
password = "changeme"
password = "password"
password = "********"
password = "xxxxxxxxxxxx"
password: "<redacted>"
password = os.environ["DB_PASSWORD"]
password = os.getenv("DB_PASSWORD")
password = os.environ.get("DB_PASSWORD", "")
const token = process.env.API_TOKEN;
const token = config.get('auth.token');
token: ${{ secrets.GITHUB_TOKEN }}
password: {{ db_password }}
PASSWORD=$DB_PASSWORD
PASSWORD=${DB_PASSWORD:-}
export TOKEN="$(cat token.txt)"
password = getpass.getpass("Password: ")
password = input("Enter your password: ")
password = prompt('Password')
password = None
password = ""
password=password
token = next(tokens)
token = lexer.next_token()
tokens = text.split()
tokens = tokenize(source)
token = Token(kind, value)
for token in tokens: total += len(token)
token_count = len(tokens)
if token == "(": depth += 1
secret_number = random.randint(1, 100)
key = lambda pair: pair[1]
key = (row, column)
sorted(items, key=lambda item: item["name"])
cache_key = f"{user_id}:{page}"
key = "first_name"
primary_key = "order_id"
foreign_key = "customer_id"
keys = sorted(counts.keys())
public_key = load_public_key(path)
private_key = generate_private_key()
-----BEGIN PUBLIC KEY-----
-----BEGIN PRIVATE KEY-----
if line.startswith("-----BEGIN PRIVATE KEY-----"):
Authorization: Bearer <token>
Authorization: Bearer YOUR_TOKEN
headers = {"Authorization": f"Bearer {token}"}
headers["Authorization"] = "Bearer " + token
curl -u user:password https://example.com
curl -H "Authorization: Bearer $TOKEN" https://example.com
mysql -u root -p shop
postgres://user:password@localhost/db
postgresql://localhost:5432/shop
redis://localhost:6379/0
https://user:pass@example.com/path
https://example.com/?page=2&sort=name
https://example.com/docs#section-2
user@example.com
alice@example.org
bob@test.invalid
noreply@example.net
someone@localhost
git@github.com:owner/repository.git
127.0.0.1
0.0.0.0
192.168.1.10
10.0.0.1
172.16.5.4
192.0.2.44
198.51.100.7
203.0.113.9
255.255.255.0
::1
fe80::1
2001:db8::1
version 1.2.3.4
v10.4.3.2
release = "4.18.0.1"
1.3.6.1.5.5.7.3.1
d41d8cd98f00b204e9800998ecf8427e
da39a3ee5e6b4b0d3255bfef95601890afd80709
e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
assert md5(b"") == "d41d8cd98f00b204e9800998ecf8427e"
sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
commit 9fceb02d0ae598e95dc970b74767f19372d61af8
etag = "33a64df551425fcc55e4d42a148795d9f25f89d4"
uuid = "123e4567-e89b-12d3-a456-426614174000"
id: 6ba7b810-9dad-11d1-80b4-00c04fd430c8
request_id = "f47ac10b-58cc-4372-a567-0e02b2c3d479"
aGVsbG8gd29ybGQ=
text = b64decode("VGhlIHF1aWNrIGJyb3duIGZveCBqdW1wcw==")
encoded = "bG9yZW0gaXBzdW0gZG9sb3Igc2l0IGFtZXQ="
"aGVsbG8gd29ybGQgdGhpcyBpcyBwbGFpbiB0ZXh0"
68656c6c6f20776f726c64
b"\x00\x01\x02\x03\x04\x05\x06\x07"
"\u0041\u0042\u0043"
%E2%9C%93%20done
&lt;b&gt;bold&lt;/b&gt; &amp; more
["a", "b", "c", "d", "e", "f", "g"]
[72, 101, 108, 108, 111, 32, 119, 111]
[10, 20, 30, 40, 50, 60, 70, 80, 90]
"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"
ABCDEFGHIJKLMNOPQRSTUVWXYZ234567
lorem ipsum dolor sit amet consectetur adipiscing elit
def merge_overlapping_intervals_by_start_time(intervals):
class AbstractSingletonProxyFactoryBeanConfiguration:
ERR_SSL_VERSION_OR_CIPHER_MISMATCH
application/vnd.openxmlformats-officedocument.wordprocessingml.document
x86_64-unknown-linux-gnu
org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration
aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
1234567890123456789012345678901234567890
0xDEADBEEF
0xcafebabe
#ff8800
3.141592653589793238462643383279
6.02214076e23
2147483647
9223372036854775807
1111 2222 3333 4444
4111 1111
1234-5678-9012-3456
000-12-3456
123-45-6789
2024-05-01T12:00:00.000Z
20240501120000
(12, 34, 56, 78, 90, 12)
matrix = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
The password must have at least 8 characters.
The token is valid for one hour.
Enter your password to continue.
Your API key is shown in the settings.
Never commit secrets to the repository.
The key of each entry is its name, the value its count.
Return the token after the opening bracket.
A token is a number, an operator or a bracket.
The secret is to sort first.
A passing test is no proof.
The author of the pull request is unknown.
Pass the list by reference.
passed = failed == 0
bypass = True
compass = "north"
passenger_count = 12
passengers = ["Ada", "Bo"]
keyboard = "qwerty layout"
monkey_patch = True
authors = ["Ann", "Ben"]
session.commit()
session = requests.Session()
salt = os.urandom(16)
nonce = secrets.token_hex(16)
hashed = bcrypt.hashpw(password, bcrypt.gensalt())
token = secrets.token_urlsafe(32)
api_key = fetch_secret("prod/api-key")
db_password = vault.read("secret/db")["password"]
def login(user: str, password: str) -> bool:
def check(password: str, minimum: int = 8) -> bool:
password: str = Field(..., min_length=8)
if len(password) < 8: raise ValueError("password too short")
errors["password"] = "required"
{"password": "string", "token": "string"}
{"type": "password", "name": "pass"}
<input type="password" name="password" placeholder="Password">
<label for="password">Password</label>
CREATE TABLE users (password TEXT NOT NULL, token TEXT)
password_hash VARCHAR(255)
GRANT SELECT ON accounts TO reporting
assert tokenize("3+4*2") == ["3", "+", "4", "*", "2"]
tokens = ["let", "x1", "=", "42", ";"]
pin_count = 40
pins = {"D0": 16, "D1": 5}
cookie = SimpleCookie()
csrf_token = generate_csrf_token()
seed = 42
random.seed(1234)
signature = inspect.signature(function)
licence = "Apache-2.0"
license: MIT
SPDX-License-Identifier: GPL-3.0-or-later
credentials = load_credentials(path)
key="ArrowDown"
hotkey = "Ctrl+Shift+P"
KEY_UP = 259
assert parse("a=1;b=2") == {"a": "1", "b": "2"}
("font=1,Size=x", {"font": "1", "Size": "x"})
SKU-2024-0001
ISBN 978-3-16-148410-0
order AB-1234-CD
flight LH2304 from FRA to JFK
room A12, shelf B07, box C33
""".strip().splitlines()
)
