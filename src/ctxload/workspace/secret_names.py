"""Names of files that commonly hold secrets: one table, asked of every file that could be given to a model.

The table is our own. What stands in it was checked against lists that others maintain: the file-name detector of
Talisman (Thoughtworks), the signatures of shhgit, and GitHub's templates for `.gitignore`, all as of 2026-11-28.

>>> looks_secret("config/.env.production"), looks_secret(".env.example"), looks_secret("docs/secrets.md")
(True, False, False)
>>> [looks_secret(path) for path in (".SSH/config", "deploy/id_ed25519_ci", "infra/prod.tfvars.json", "keys/notes.md")]
[True, True, True, False]
"""

from __future__ import annotations

#: Whole names.
NAMES = frozenset(
    ".envrc .dev.vars netrc .netrc _netrc npmrc .npmrc pypirc .pypirc htpasswd .htpasswd .pgpass pgpass.conf .my.cnf .mylogin.cnf "
    ".git-credentials .gitcookies .dockercfg .dockerconfigjson .vault-token .vault-pass .vault_pass vault_pass .vault_password vault_password "
    ".boto .s3cfg s3cfg .passwd-s3fs .tugboat .terraformrc terraform.rc credentials.tfrc.json .databrickscfg .rclone.conf rclone.conf .muttrc "
    ".msmtprc .fetchmailrc .authinfo .sentryclirc .claude.json .credentials .credentials.json .secret .secrets kubeconfig master.key "
    "key.properties keystore.properties local.settings.json secret_token.rb proftpdpasswd shadow gshadow logins.json key4.db "
    "recentservers.xml sitemanager.xml filezilla.xml sftp-config.json .ftpconfig .ftppass .remote-sync.json robomongo.json wallet.dat "
    "otr.private_key token.json auth.json .kdeglobals wp-config.php localsettings.php .python_history consolehost_history.txt .lesshst "
    ".viminfo kaggle.json jenkins.plugins.publish_over_ssh.bapsshpublisherplugin.xml".split()
)
#: Stems that are secret with an ending of `DATA`, or without one.
STEMS = frozenset(
    "credentials credential secrets secret client_secret client-secret passwords password api_keys api-keys".split()
)
DATA = frozenset("json json5 yml yaml toml xml ini cfg conf properties env enc txt csv asc gpg bak".split())
#: What a name begins with.
BEGINS = (
    ".env.", ".env-", ".env_", ".env~", "id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", "id_xmss", "ssh_host_",
    "application_default_credentials", ".netrc.", ".npmrc.", ".pypirc.", ".htpasswd.",
)  # fmt: skip
#: What a name ends with.
ENDS = (
    ".env", ".key", ".keypair", ".p8", ".p12", ".pfx", ".pkcs12", ".jks", ".bks", ".keystore", ".keyring", ".keychain", ".agilekeychain",
    ".kdb", ".kdbx", ".psafe3", ".ppk", ".ovpn", ".tblk", ".asc", ".gpg", ".pgp", ".kubeconfig", ".publishsettings", ".pubxml", ".pubxml.user",
    ".cscfg", ".rdp", ".kwallet", ".bek", "_rsa", "_dsa", "_ecdsa", "_ed25519", ".yml.enc", ".yaml.enc",
)  # fmt: skip
#: What stands anywhere in a name: also in that of a copy.
HOLDS = (
    ".pem", ".tfvars", ".tfstate", "private_key", "privatekey", "private-key",
)  # fmt: skip
#: What stands in the name of a JSON file that a cloud hands out.
HOLDS_JSON = (
    "service-account",
    "service_account",
    "serviceaccount",
    "firebase-adminsdk",
    "client_secret",
    "client-secret",
)
#: Of what only `HOLDS` speaks against, source code is spared: it says how keys are used, and holds none.
CODE = frozenset(
    "py js mjs cjs ts jsx tsx go rs java kt rb php cs c h cc cpp hpp swift scala ex exs erl hs lua sh ps1 sql proto tf html css".split()
)
#: Folders in which every file is secret, and files of folders that hold others, too.
FOLDERS = (
    ".ssh/", ".aws/", ".kube/", ".gnupg/", ".azure/", ".gcloud/", ".config/gcloud/", ".envs/", ".password-store/", ".oci/", ".chef/", ".putty/",
    ".snowsql/", ".terraform.d/", ".docker/config.json", ".config/gh/", ".config/hub", ".config/op/", ".gem/credentials", ".cargo/credentials",
    ".bundle/config", ".mozilla/", ".thunderbird/", ".purple/accounts.xml", ".vscode/sftp.json", "doctl/config.yaml", "run/secrets/",
)  # fmt: skip
#: Endings that are spared: of documents, of examples, of public keys.
SPARED = (".example", ".sample", ".template", ".dist", ".tmpl", ".md", ".mdx", ".rst", ".adoc", ".pub", ".j2")
#: The same before an ending of `DATA`: `.env.example.yml`, `credentials.sample.json`.
_SPARED_BEFORE = (".example.", ".sample.", ".template.", ".dist.")

#: Characters that count for nothing in a name on HFS+.
_NOT_COUNTED = dict.fromkeys((*range(0x200C, 0x2010), *range(0x202A, 0x202F), *range(0x206A, 0x2070), 0xFEFF))


def folded(path: str) -> str:
    """A path in the spelling that every other one of it has, on a file system that folds case and more.

    >>> folded(".GIT/Config"), folded(".\u017fsh/.g\u200cit")
    ('.git/config', '.ssh/.git')
    """
    return path.lower() if path.isascii() else path.casefold().translate(_NOT_COUNTED)


def looks_secret(path: str) -> bool:
    """Whether a file's name, or that of a folder it stands in, is one that commonly holds secrets."""
    low = folded(path)
    name = low[low.rfind("/") + 1 :].split(":")[0].rstrip(". ")  # as Windows reads it
    if name.endswith(SPARED) or _is_data_of_example(name):
        return False
    return name in NAMES or name.startswith(BEGINS) or name.endswith(ENDS) or _is_stem(name) or _holds(name, low)


def _is_data_of_example(name: str) -> bool:
    return any(word in name for word in _SPARED_BEFORE) and name.rpartition(".")[2] in DATA


def _is_stem(name: str) -> bool:
    stem, _, ending = name.partition(".")
    return stem in STEMS and (not ending or ending.rpartition(".")[2] in DATA)


def _holds(name: str, low: str) -> bool:
    ending = name.rpartition(".")[2]
    if ending not in CODE and any(word in name for word in HOLDS):
        return True
    if (name[0:1] == "." and ending.endswith("_history")) or (
        ending == "json" and any(word in name for word in HOLDS_JSON)
    ):
        return True
    return "/" in low and any(folder in f"/{low}" for folder in _ROOTED)


_ROOTED = tuple([f"/{folder}" for folder in FOLDERS])
