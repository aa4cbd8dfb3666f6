mv out out.damaged
nix-nos render topology.yaml
