#!/bin/sh
# Write the secrets that docker-compose.yml mounts, each once; what is there stays as it is.
# Keep a copy of secrets/ apart from the backups: without field_keys, sealed values stay sealed.
set -eu
cd "$(dirname "$0")/.."
mkdir -p secrets
chmod 0700 secrets

keep() { # keep NAME VALUE
    [ -e "secrets/$1" ] && return 0
    printf '%s' "$2" >"secrets/$1"
    # The folder keeps others out; inside the container another user must read the file.
    chmod 0444 "secrets/$1"
    echo "secrets/$1"
}

letters() { # letters COUNT: random letters and digits
    LC_ALL=C tr -dc 'A-Za-z0-9' </dev/urandom | head -c "$1"
}

key() { # 32 random bytes as base64
    head -c 32 /dev/urandom | base64 | tr -d '\n'
}

keep database_password "$(letters 40)"
keep redis_password "$(letters 40)"
keep broker_url "redis://:$(cat secrets/redis_password)@redis:6379/0"
keep cache_url "redis://:$(cat secrets/redis_password)@redis:6379/1"
keep secret_key "$(letters 64)"
keep field_keys "$(key)"
keep blind_index_key "$(key)"
if [ ! -e secrets/email_password ]; then
    echo "secrets/email_password is missing: write the password of EMAIL_URL's account into it." >&2
fi
