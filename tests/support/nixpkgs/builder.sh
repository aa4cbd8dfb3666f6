# The part of nixpkgs's stdenv that the flake's derivations use.
shopt -s nullglob
export PATH=/usr/bin:/bin
for input in ${nativeBuildInputs-}; do PATH=$input/bin:$PATH; done
cd "$TMPDIR"

runHook() { :; }
# The machine has /usr/bin/env.
patchShebangs() { :; }
makeWrapper() { # PROGRAM WRAPPER --add-flags FLAGS
  mkdir -p "${2%/*}"
  printf '#!/bin/sh\nexec %s %s "$@"\n' "$1" "$4" >"$2"
  chmod +x "$2"
}

if [ -n "${buildCommand-}" ]; then
  eval "$buildCommand"
else
  cp -r "$src" source
  chmod -R u+w source
  cd source
  eval "$buildPhase"
  eval "$installPhase"
fi
