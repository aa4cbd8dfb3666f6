nix-nos render topology.yaml --frozen-lockfile
