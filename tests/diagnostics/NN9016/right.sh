nix-nos convert topology.yaml - --to json
