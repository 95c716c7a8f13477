#!/usr/bin/env bash
# benches/peers.sh [RUNS]: nixedit beside nix-editor and flake-edit, on the same made-up files, in turn.
# Builds all three (the peers from the registry, below target/peers), prints medians of RUNS runs (15),
# ratios and peak memory. Needs GNU time. "shown" leaves the file alone, "written" changes it in place:
# there nixedit also keeps the way back and waits for the disk once, which neither peer does.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "${BASH_SOURCE[0]}")/../../.."
runs=${1:-15}
target=${CARGO_TARGET_DIR:-$PWD/target}
install() {
  [ -x "$target/peers/bin/$1" ] || cargo install --quiet --locked --root "$target/peers" --target-dir "$target/peers/build" --version "$2" "$1" \
    || cargo install --quiet --root "$target/peers" --target-dir "$target/peers/build" --version "$2" "$1"
}
install nix-editor '^0.3'
install flake-edit '^0.4'
cargo build --quiet --release --locked -p nixedit-cli
ours=$target/release/nixedit nix_editor=$target/peers/bin/nix-editor flake_edit=$target/peers/bin/flake-edit
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export XDG_STATE_HOME=$scratch/state
cd "$scratch"

# A module of about $1 bytes with a short package list in the middle.
module() {
  awk -v size="$1" 'function option() {
      text = sprintf("  services.example-%d = {\n    enable = true;\n    settings.port = %d;\n    extraConfig = '"''"'\n      listen %d;\n    '"''"';\n  };\n\n", i, i, i)
      i++; done += length(text); printf "%s", text
    }
    BEGIN {
      print "{ config, lib, pkgs, ... }:\n\n{"
      while (done < size / 2) option()
      print "  home.packages = with pkgs; [\n    bat\n    fd\n    zoxide\n  ];\n"
      while (done < size) option()
      print "}"
    }'
}
list() { echo '{ pkgs, ... }:'; echo '{'; echo '  home.packages = with pkgs; ['; seq -f '    package-%05g' "$1"; echo '  ];'; echo '}'; }
flake() {
  echo '{'; echo '  inputs = {'; seq -f '%03g' "$1" | sed 's|.*|    input-&.url = "github:owner/repository-&";|'
  echo '  };'; echo '  outputs = inputs: { };'; echo '}'
}

# Microseconds of one run with FILE as it was.
once() {
  local from
  cp original "$file"
  from=${EPOCHREALTIME/./}
  "$@" >/dev/null 2>errors || { echo "$* failed: $(cat errors)" >&2; exit 1; }
  echo $((${EPOCHREALTIME/./} - from))
}
median() { sort -n | awk '{ a[NR] = $1 } END { print a[int((NR + 1) / 2)] }'; }
peak() { cp original "$file"; command time -f %M -o peak "$@" >/dev/null 2>&1; cat peak; }

# compare NAME AIM: arrays mine and theirs hold the two commands.
compare() {
  local name=$1 aim=$2
  : >a; : >b
  for _ in $(seq "$runs"); do once "${mine[@]}" >>a; once "${theirs[@]}" >>b; done
  awk -v name="$name" -v aim="$aim" -v a="$(median <a)" -v b="$(median <b)" -v m="$(peak "${mine[@]}")" -v n="$(peak "${theirs[@]}")" \
    -v size="$(stat -c %s original)" 'BEGIN {
      printf "%-34s %8.2f ms %8.2f ms  %6.2f x as fast, %-10s  peak %6.1f MB (%.1f x the file) and %.1f MB\n",
        name, a / 1000, b / 1000, b / a, (b / a >= aim ? "aim met" : "aim missed"), m / 1024, m * 1024 / size, n / 1024
    }'
}

echo "file and mode                          nixedit        peer"
edit() { # NAME AIM
  file=module.nix
  mine=("$ours" list add home.packages hello --nix --file module.nix -q --dry-run) theirs=("$nix_editor" module.nix home.packages -a hello)
  compare "$1, shown" "$2"
  mine=("$ours" list add home.packages hello --nix --file module.nix -q) theirs=("$nix_editor" module.nix home.packages -a hello -i)
  compare "$1, written" "$2"
}
module 3000 >original; edit '3 KB' 1
module 100000 >original; edit '100 KB' 3
list 2500 >original; edit 'list of 2 500 lines' 3
module 1500000 >original; edit '1.5 MB' 3
flake 200 >original
file=flake.nix
mine=("$ours" input add new github:owner/new --file flake.nix --no-validate -q) theirs=("$flake_edit" --flake flake.nix --no-lock add new github:owner/new)
compare '200 inputs, written' 3
