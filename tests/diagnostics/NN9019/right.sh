nix-nos ipam repair topology.yaml
nix-nos render topology.yaml
