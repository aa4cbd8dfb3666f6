nix-nos validate topology.yaml
