#!/usr/bin/env bash
# Makes the images that Dockerfile and compose.yaml start from available: pulls them, and where no registry answers
# builds stand-ins under the same tags from Debian's packages and this machine's .NET.
#   tests/compose/bases.sh             --remove takes the stand-ins away again
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

say() { echo "bases: $*" >&2; }
fail() { say "$*"; exit 1; }
tag_of() { grep -ohE "(image: |FROM )$1:[^ ]+" "$root/Dockerfile" "$root/compose.yaml" | head -n 1 | cut -d ' ' -f 2; }
quietly() { "$@" > "$folder/log" 2>&1 < /dev/null || { tail -n 30 "$folder/log" >&2; fail "failed: $*"; }; }

if [[ ${1:-} == --remove ]]; then
    # Newest first: nothing goes before what is made from it.
    docker images -q --filter label=skale.standin | awk '!seen[$0]++' | xargs -r docker rmi -f > /dev/null
    exit 0
fi

# debian SUITE: prints the tag of a minimal Debian, made once
debian() {
    local base=skale-standin/debian:$1 mirror
    if ! docker image inspect "$base" > /dev/null 2>&1; then
        ((EUID == 0)) || fail "debootstrap needs root."
        "$root/scripts/setup" debootstrap
        # The mirror this machine already uses.
        mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Component: main' | grep -m 1 '/debian/\?$') || fail "apt knows no Debian mirror."
        say "making $base (debootstrap)"
        quietly debootstrap --variant=minbase "$1" "$folder/$1" "$mirror"
        rm -rf "$folder/$1"/var/cache/apt/archives/*.deb
        tar -C "$folder/$1" --numeric-owner -c . | quietly_in docker import --change 'LABEL skale.standin=true' - "$base"
        rm -rf "${folder:?}/$1"
    fi
    echo "$base"
}

# As quietly, with an input.
quietly_in() { "$@" > "$folder/log" 2>&1 || { tail -n 30 "$folder/log" >&2; fail "failed: $*"; }; }

present() { docker image inspect "$1" > /dev/null 2>&1 || timeout 600 docker pull -q "$1" > /dev/null 2>&1; }

# stand_in TAG SUITE DOCKERFILE TAR-ARGUMENT...: what tar packs is the build's context
stand_in() {
    local tag=$1 base file=$3
    base=$(debian "$2")
    shift 3
    say "no registry gave $tag: building a stand-in"
    # The classic builder, which needs no plugin.
    tar -c -C "$here/bases" "$file" "$@" |
        DOCKER_BUILDKIT=0 quietly_in docker build --build-arg BASE="$base" --label skale.standin=true -t "$tag" -f "$file" -
}

# dotnet_image TAG CERTIFICATES-OR-NOTHING FOLDER...: the parts of this machine's .NET
dotnet_image() {
    local tag=$1 trusted=$2 installed
    shift 2
    installed=$(dirname "$(readlink -f "$(command -v dotnet)")")
    [[ -d $installed/shared/Microsoft.AspNetCore.App ]] || fail "no ASP.NET runtime beside $installed/dotnet."
    mkdir -p "$folder/trusted"
    rm -f "$folder/trusted/"*
    [[ -z $trusted ]] || cp "$trusted" "$folder/trusted/"
    stand_in "$tag" bookworm dotnet.Dockerfile -C "$folder" trusted -C "$installed" --transform 's,^\(dotnet\|host\|shared\|sdk\|sdk-manifests\|packs\)\(/\|$\),dotnet/\1\2,' "$@"
}

postgres=$(tag_of postgres) rabbitmq=$(tag_of rabbitmq)
sdk=$(tag_of 'mcr[^ ]*/sdk') aspnet=$(tag_of 'mcr[^ ]*/aspnet')
present "$postgres" || stand_in "$postgres" bookworm postgres.Dockerfile postgres-entry.sh
present "$rabbitmq" || stand_in "$rabbitmq" trixie rabbitmq.Dockerfile
present "$aspnet" || dotnet_image "$aspnet" '' dotnet host shared
present "$sdk" || dotnet_image "$sdk" /etc/ssl/certs/ca-certificates.crt dotnet host shared sdk sdk-manifests packs
for tag in "$postgres" "$rabbitmq" "$aspnet" "$sdk"; do
    kind=pulled
    [[ -z $(docker image inspect -f '{{index .Config.Labels "skale.standin"}}' "$tag") ]] || kind=stand-in
    say "$tag: $kind"
done
