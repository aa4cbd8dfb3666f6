nix-nos render topology.yaml
