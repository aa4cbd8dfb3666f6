nix-nos deploy nodes
kill "$(cat pid)"
