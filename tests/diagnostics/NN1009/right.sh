nix-nos convert topology.nix topology.yaml    # where there is a Nix
PATH=/without-nix nix-nos validate topology.yaml
