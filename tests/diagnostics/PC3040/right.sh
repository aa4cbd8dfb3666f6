nix-nos certs right.yaml --prune
